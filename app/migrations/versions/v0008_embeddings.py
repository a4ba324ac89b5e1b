"""embeddings: with which model a book is embedded"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases add a column with a constant default without writing the table anew; processes of the version
    # before do not know it, and embed with the model that is its default.
    op.add_column(
        "books",
        sa.Column("embedded_with", sa.String(200), nullable=False, server_default="wordllama-l2-supercat-256"),
    )


def downgrade() -> None:
    op.drop_column("books", "embedded_with")
