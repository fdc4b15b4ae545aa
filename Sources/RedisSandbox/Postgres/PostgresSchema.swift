/// What is in a private database: the two outboxes of Caracal and the roles of its services, as its migrations make them.
enum PostgresSchema {
    /// The database's name, and that of its owner.
    static let database = "caracal"

    /// The services' roles.
    static let roles = ["caracalapi", "caracalsts", "caracalcoordinator"]

    /// Makes the database and the roles. Sent while connected to `template1`.
    ///
    /// - Parameter password: that of each role: letters and digits.
    static func preparation(password: String) -> [String] {
        ["ALTER DATABASE postgres RENAME TO \(database)"]
            + roles.map { "CREATE ROLE \($0) LOGIN PASSWORD '\(password)'" }
    }

    /// Makes the tables. Sent while connected to the database.
    static let tables = [
        """
        CREATE TABLE event_outbox (
            id text PRIMARY KEY,
            stream_name text NOT NULL,
            payload_json jsonb NOT NULL,
            attempts integer NOT NULL DEFAULT 0,
            available_at timestamptz NOT NULL DEFAULT now(),
            locked_until timestamptz,
            locked_by text,
            last_error text,
            dispatched_at timestamptz,
            request_id text,
            created_at timestamptz NOT NULL DEFAULT now()
        )
        """,
        "CREATE INDEX event_outbox_available_idx ON event_outbox (available_at) WHERE dispatched_at IS NULL",
        "CREATE INDEX event_outbox_created_idx ON event_outbox (created_at) WHERE dispatched_at IS NULL",
        """
        CREATE TABLE caracal_outbox (
            id text PRIMARY KEY,
            producer text NOT NULL CHECK (producer IN ('api', 'coordinator')),
            topic text NOT NULL,
            dedupe_key text NOT NULL,
            payload_json jsonb NOT NULL,
            status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'published', 'dead')),
            attempts integer NOT NULL DEFAULT 0,
            available_at timestamptz NOT NULL DEFAULT now(),
            published_at timestamptz,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now(),
            UNIQUE (producer, topic, dedupe_key)
        )
        """,
        "CREATE INDEX caracal_outbox_status_available_at_idx ON caracal_outbox (status, available_at)",
        "CREATE INDEX caracal_outbox_topic_status_idx ON caracal_outbox (topic, status)",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON event_outbox TO caracalapi",
        "GRANT INSERT ON event_outbox TO caracalsts",
        "GRANT SELECT, INSERT, UPDATE ON caracal_outbox TO caracalapi, caracalcoordinator",
    ]
}
