"""control and sight"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What the order of the queue needs: the index of before, and with it whether it was begun.
QUEUE = [
    "account_id", "queued_at", "id", "status", "head_start", "due_at", "waiting_for", "cancel_requested_at"
]  # fmt: skip
ACTIVE = sa.text("status IN ('pending', 'processing')")


def queue_index(batch_op: BatchOperations, columns: list[str]) -> None:
    name = "ix_generations_active"
    batch_op.drop_index(name)
    batch_op.create_index(name, columns, unique=False, sqlite_where=ACTIVE, postgresql_where=ACTIVE)


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("finished", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.Double(), nullable=True),
        sa.Column("told_end_at", sa.Double(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("try_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index(
            "uq_alerts_open",
            ["event"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("labels", sa.String(length=300), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", "labels", name=op.f("pk_counters")),
    )
    op.create_table(
        "gauges",
        sa.Column("process", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("process", "name", name=op.f("pk_gauges")),
    )
    op.create_table(
        "pauses",
        sa.Column("provider", sa.String(length=100), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_pauses")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_batches_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index("ix_batches_account_id_id", ["account_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_batches_finished_at"), ["finished_at"], unique=False)

    op.create_table(
        "schedules",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("input", sa.JSON(), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("weekday", sa.String(length=9), nullable=True),
        sa.Column("month_day", sa.Integer(), nullable=True),
        sa.Column("tz", sa.String(length=64), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_schedules_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedules_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_schedules_next_at"), ["next_at"], unique=False)

    op.create_table(
        "schedule_slots",
        sa.Column("schedule_id", sa.String(length=36), nullable=False),
        sa.Column("slot", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("generation_id", sa.String(length=36), nullable=True),
        sa.Column("fired_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_schedule_slots_generation_id_generations"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedules.id"], name=op.f("fk_schedule_slots_schedule_id_schedules"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("schedule_id", "slot", name=op.f("pk_schedule_slots")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claimed_at", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("served_at", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("had_result", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(batch_op.f("ix_accounts_created_at"), ["created_at"], unique=False)

    with op.batch_alter_table("checkpoints", schema=None) as batch_op:
        batch_op.add_column(sa.Column("units", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("generations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("cached", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("input_key", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("provider", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("suspect", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("cpu_seconds", sa.Double(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("memory_mb", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("tokens_in", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("tokens_out", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("cost", sa.Double(), server_default="0", nullable=False))
        batch_op.create_index("ix_generations_account_id_input_key", ["account_id", "input_key"], unique=False)
        queue_index(batch_op, [*QUEUE, "started_at"])
        batch_op.create_index("ix_generations_batch_id", ["batch_id"], unique=False)
        batch_op.create_index("ix_generations_finished_at", ["finished_at"], unique=False)

    with op.batch_alter_table("workers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("home", sa.String(length=100), server_default="", nullable=False))
        batch_op.add_column(sa.Column("born", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("memory_mb", sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("workers", schema=None) as batch_op:
        batch_op.drop_column("memory_mb")
        batch_op.drop_column("born")
        batch_op.drop_column("home")

    with op.batch_alter_table("generations", schema=None) as batch_op:
        batch_op.drop_index("ix_generations_finished_at")
        queue_index(batch_op, QUEUE)
        batch_op.drop_index("ix_generations_batch_id")
        batch_op.drop_index("ix_generations_account_id_input_key")
        batch_op.drop_column("cost")
        batch_op.drop_column("tokens_out")
        batch_op.drop_column("tokens_in")
        batch_op.drop_column("memory_mb")
        batch_op.drop_column("cpu_seconds")
        batch_op.drop_column("suspect")
        batch_op.drop_column("provider")
        batch_op.drop_column("input_key")
        batch_op.drop_column("cached")
        batch_op.drop_column("batch_id")

    with op.batch_alter_table("checkpoints", schema=None) as batch_op:
        batch_op.drop_column("units")

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_created_at"))
        batch_op.drop_column("had_result")
        batch_op.drop_column("served_at")
        batch_op.drop_column("claimed_at")

    op.drop_table("schedule_slots")
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedules_next_at"))
        batch_op.drop_index(batch_op.f("ix_schedules_account_id"))

    op.drop_table("schedules")
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batches_finished_at"))
        batch_op.drop_index("ix_batches_account_id_id")

    op.drop_table("batches")
    op.drop_table("pauses")
    op.drop_table("gauges")
    op.drop_table("counters")
    op.drop_table("alerts")
