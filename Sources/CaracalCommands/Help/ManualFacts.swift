/// What the manual and the help topics say that the argument parser does not know.
package enum ManualFacts {
    /// A name in a list, and what it means.
    package struct Entry {
        /// As it is typed or shown.
        package let name: String
        /// In a sentence or two.
        package let meaning: String
    }

    /// The version in the pages' footer.
    package static let version = Version.number
    /// The date in the pages' footer: of this version, never of the run, so that the same sources give the same bytes.
    package static let date = "2026-11-23"
    /// Which variable beats which.
    package static let environmentIntroduction = """
        An option beats a variable, and a variable that starts with CARACALCTL_ beats one that Caracal shares. An empty \
        variable counts as unset. A variable beats its _FILE, but REDIS_PASSWORD_FILE beats REDIS_PASSWORD.
        """
    /// The statuses a command ends with.
    package static let exitStatuses = ExitStatus.allCases.map { Entry(name: String($0.rawValue), meaning: $0.meaning) }
    /// The pages of section 7, which are written by hand.
    package static let guides = [
        "caracalctl-deployment", "caracalctl-json", "caracalctl-metrics", "caracalctl-runbook",
    ]

    /// The variables that are read, from the strongest to the weakest.
    package static let environment = [
        Entry(
            name: "CARACALCTL_CONTEXT",
            meaning: """
                As --context. Under a context nothing else that the environment says of a server is read, and a signing key \
                only where the context names no file for it.
                """
        ),
        Entry(name: "CARACALCTL_URL", meaning: "As --url."),
        Entry(name: "CARACALCTL_SOCKET", meaning: "As --socket."),
        Entry(name: "CARACALCTL_HOST", meaning: "As --host."),
        Entry(name: "CARACALCTL_PORT", meaning: "As --port."),
        Entry(name: "CARACALCTL_SENTINEL", meaning: "As --sentinel."),
        Entry(name: "CARACALCTL_MASTER_NAME", meaning: "As --master-name, if the URL names no master."),
        Entry(name: "CARACALCTL_SENTINEL_USER", meaning: "The ACL user of the Sentinels."),
        Entry(
            name: "CARACALCTL_SENTINEL_PASSWORD, CARACALCTL_SENTINEL_PASSWORD_FILE",
            meaning: "The password of the Sentinels, or a file that holds it; the master's is not sent to them."
        ),
        Entry(name: "CARACALCTL_DB", meaning: "As --db."),
        Entry(name: "CARACALCTL_USER", meaning: "As --user."),
        Entry(name: "CARACALCTL_PASSWORD_FILE", meaning: "As --password-file."),
        Entry(name: "CARACALCTL_TLS", meaning: "1 is --tls."),
        Entry(name: "CARACALCTL_CACERT", meaning: "As --cacert."),
        Entry(name: "CARACALCTL_CAPATH", meaning: "As --capath."),
        Entry(name: "CARACALCTL_CERT", meaning: "As --cert."),
        Entry(name: "CARACALCTL_KEY", meaning: "As --key."),
        Entry(name: "CARACALCTL_SNI", meaning: "As --sni."),
        Entry(name: "CARACALCTL_INSECURE", meaning: "1 is --insecure."),
        Entry(name: "CARACALCTL_CONNECT_TIMEOUT", meaning: "As --connect-timeout."),
        Entry(name: "CARACALCTL_TIMEOUT", meaning: "As --timeout."),
        Entry(name: "CARACALCTL_OUTPUT", meaning: "As --output."),
        Entry(name: "CARACALCTL_QUIET", meaning: "1 is --quiet."),
        Entry(name: "CARACALCTL_READ_ONLY", meaning: "1 is --read-only."),
        Entry(name: "CARACALCTL_CONFIRM", meaning: "As --confirm."),
        Entry(name: "CARACALCTL_COLOR", meaning: "As --color."),
        Entry(name: "CARACALCTL_LOCAL", meaning: "1 is --local."),
        Entry(name: "CARACALCTL_TRACE", meaning: "1 is --trace."),
        Entry(
            name: "REDIS_URL",
            meaning: "The server as a URL: redis[s]://[user][:password]@host[:port][/db], unix:///path, or "
                + "redis[s]+sentinel://[user:password@]host:port,host:port/master[/db]."
        ),
        Entry(name: "REDIS_URL_FILE", meaning: "A file that holds the URL, if REDIS_URL is unset."),
        Entry(name: "REDIS_HOST", meaning: "The server's host, if there is no URL."),
        Entry(
            name: "REDIS_PORT",
            meaning:
                "The server's port. Where Kubernetes has set it to tcp://host:port, the port of that, and its host "
                + "if nothing else names one."
        ),
        Entry(name: "REDIS_USERNAME", meaning: "The ACL user, if the URL names none."),
        Entry(name: "REDIS_PASSWORD_FILE", meaning: "A file that holds the password, if the URL has none."),
        Entry(name: "REDIS_PASSWORD", meaning: "The password, if the URL has none."),
        Entry(name: "REDISCLI_AUTH", meaning: "The password, as redis-cli takes it, if nothing else gives one."),
        Entry(
            name: "DATABASE_URL, DATABASE_URL_FILE",
            meaning: """
                The outboxes' database, or a file with its URL: \
                postgres://[user[:password]@][host[:port]][/database][?sslmode=…].
                """
        ),
        Entry(
            name: "PGHOST, PGHOSTADDR, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE, PGSERVICE",
            meaning: "As libpq takes these, its others and ~/.pgpass, after the URL."
        ),
        Entry(
            name: "PGPASSWORD_FILE",
            meaning: "A file with the password, if the URL and PGPASSWORD have none."
        ),
        Entry(
            name: "STREAMS_HMAC_KEY, STREAMS_HMAC_KEY_FILE",
            meaning: """
                The key that messages are signed with, in hexadecimal, 32 bytes at least, or a file that holds it.
                """
        ),
        Entry(
            name: "AUDIT_HMAC_KEY, AUDIT_HMAC_KEY_FILE",
            meaning: "The same for audit events."
        ),
        Entry(
            name: "AUDIT_CLAIM_IDLE_SECS",
            meaning: "After how many seconds without a delivery others may claim an entry (default: 30)."
        ),
        Entry(
            name: "AUDIT_MAX_DELIVERIES",
            meaning: "After how many deliveries an audit event becomes a dead letter (default: 8)."
        ),
        Entry(
            name: "CARACAL_OUTBOX_POLL_MS, CARACAL_OUTBOX_BATCH, CARACAL_OUTBOX_LOCK_SEC, CARACAL_OUTBOX_MAX_ATTEMPTS, "
                + "CARACAL_OUTBOX_STREAM_MAXLEN",
            meaning: "How outbox dispatch works on the API's rows (see caracalctl-outbox-dispatch(1))."
        ),
        Entry(
            name: "OUTBOX_POLL_MS, OUTBOX_BATCH_SIZE, OUTBOX_LOCK_SEC, OUTBOX_MAX_ATTEMPTS, OUTBOX_STREAM_MAXLEN",
            meaning: "The same where those are unset; batch size and attempts count for the Coordinator's rows too."
        ),
        Entry(
            name: "OUTBOX_INTERVAL_MS, STREAMS_MAXLEN",
            meaning: "How often outbox dispatch looks for the Coordinator's rows, and to what it trims their streams."
        ),
        Entry(name: "CARACAL_MODE", meaning: "dev: a missing signature is no failure."),
        Entry(
            name: "SSL_CERT_FILE, SSL_CERT_DIR",
            meaning: "Trusted issuers without --cacert and --capath."
        ),
        Entry(
            name: "NO_COLOR",
            meaning: "Set to anything: no colour without --color, as where TERM is dumb."
        ),
        Entry(
            name: "CLICOLOR_FORCE",
            meaning: "Anything but 0: colour off a terminal too, without NO_COLOR."
        ),
        Entry(
            name: "TMPDIR",
            meaning: """
                Where sandbox keeps its server, and where publish leaves its file for --resume when the working folder \
                cannot be written to, instead of /tmp.
                """
        ),
        Entry(name: "XDG_CONFIG_HOME", meaning: "Where caracalctl/config.toml is, instead of ~/.config."),
        Entry(name: "XDG_STATE_HOME", meaning: "Where caracalctl/history is, instead of ~/.local/state."),
    ]

    /// The files that are read.
    package static let files = [
        Entry(
            name: "~/.config/caracalctl/config.toml",
            meaning: """
                The contexts (see caracalctl-context(1)): current = "NAME", then for each context a section [contexts.NAME] \
                with url, user, password_file, sentinel_user, sentinel_password_file, cacert, capath, cert, key, sni, \
                database_url, database_url_file, streams_hmac_key_file, audit_hmac_key_file, colour and protected. It holds no secret. A mistake in it is an error (78) that names the line.
                """
        ),
        Entry(
            name: "~/.local/state/caracalctl/history",
            meaning: """
                The last lines typed in caracalctl-shell(1), for their owner alone, without those that may hold a secret and \
                those that begin with a space.
                """
        ),
        Entry(
            name: "password file",
            meaning: """
                Named by --password-file, CARACALCTL_PASSWORD_FILE REDIS_PASSWORD_FILE or PGPASSWORD_FILE. White space at its end is cut. An \
                empty or unreadable one is an error (78); one that others can read draws a warning.
                """
        ),
        Entry(
            name: "key files",
            meaning: """
                Named by STREAMS_HMAC_KEY_FILE and AUDIT_HMAC_KEY_FILE or by a context: a key in hexadecimal; white space at \
                its end is cut. One that others can read draws a warning.
                """
        ),
        Entry(
            name: "caracalctl-publish-TIME-PID.ndjson",
            meaning: """
                What publish could not settle, for --resume, in the working folder. It holds messages, and only its owner can \
                read it (see caracalctl-json(7)).
                """
        ),
        Entry(
            name: "TLS files",
            meaning: """
                In PEM: trusted issuers (--cacert), the client certificate with those of its issuers (--cert), and its key \
                (--key), which may not be encrypted; a key that others can read draws a warning.
                """
        ),
    ]
}
