import Glibc
import Redis
import RedisSandbox

extension Incident {
    /// The server cannot save its snapshot, as on a full disk, and refuses writes.
    package static func fullDisk() -> Incident {
        Incident(
            "nothing-published",
            "Nothing can be published since this morning.",
            page: "A FULL DISK",
            check: "refused-writes"
        ) { bus in
            // A folder where the snapshot should be: the file cannot be put in its place, not even by root.
            let path = bus.server.folderPath + "/dump.rdb"
            unlink(path)
            mkdir(path, 0o700)
            try bus.send("BGSAVE", "SCHEDULE")
            try bus.wait(for: "rdb_last_bgsave_status", "err", in: "persistence")
        }
    }

    /// After a failover the new master has no replica, and its settings demand one before it takes a write.
    package static func missingReplica() -> Incident {
        Incident(
            "after-failover",
            "Since the failover at night every publisher fails.",
            page: "AFTER A FAILOVER",
            check: "refused-writes"
        ) {
            bus in
            try bus.send("CONFIG", "SET", "min-replicas-to-write", "1")
        }
    }
}
