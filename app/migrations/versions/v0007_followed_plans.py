"""followed plans"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followings",
        sa.Column("plan_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("week_start", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_followings_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["results.id"], name=op.f("fk_followings_plan_id_results"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_followings")),
    )
    with op.batch_alter_table("followings", schema=None) as batch_op:
        batch_op.create_index(
            "uq_followings_active",
            ["account_id", "subject", "week_start"],
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
    op.create_table(
        "plan_marks",
        sa.Column("plan_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("done_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_plan_marks_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["results.id"], name=op.f("fk_plan_marks_plan_id_results"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "day", "what", name=op.f("pk_plan_marks")),
    )
    with op.batch_alter_table("plan_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_marks_account_id"), ["account_id"], unique=False)
    op.create_table(
        "weigh_ins",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("weight_kg", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_weigh_ins_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "subject", "day", name=op.f("pk_weigh_ins")),
    )


def downgrade() -> None:
    op.drop_table("weigh_ins")
    op.drop_table("plan_marks")
    op.drop_table("followings")
