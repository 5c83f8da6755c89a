"""The words of each appeal, for searching: made by hand, since each database has its own way.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    """FTS5 with tokens ready made (ascii splits at spaces only), or tsvector with a GIN index."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search_appeal USING fts5(words, content='', columnsize=0, tokenize='ascii')")
    else:
        op.execute("CREATE TABLE search_appeal (appeal_id bigint PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX search_words ON search_appeal USING gin (words)")


def downgrade():
    op.execute("DROP TABLE search_appeal")
