import Glibc
import RedisSandbox
import TestSupport
import Testing

@Suite struct TextfileTests {
    @Test(arguments: RedisBinary.allCases)
    func theFileIsWhatPrometheusReadsAndWhateverItSaysTheStatusIsZero(binary: RedisBinary) throws {
        try withServer(binary) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.audit.events.dlq * reason x", "XADD caracal.keys.invalidate * zone_id z")
            let folder = try TemporaryFolder()
            let file = folder.path + "/caracal.prom"
            let result = try server.run("check", "-o", "prometheus", "--outfile", file)
            expect(result, status: 0)
            let metrics = try readByPrometheus(try TemporaryFolder.read(file))
            for sample in [
                "gauge caracal_up {} 1", "gauge caracal_stream_length {stream='caracal.audit.events.dlq'} 1",
                "gauge caracal_dead_letters {stream='caracal.audit.events.dlq'} 1",
                "gauge caracal_group_counted {stream='caracal.audit.events',group='siem-export'} 0",
                "gauge caracal_group_exists {stream='caracal.audit.events',group='audit-ingestor'} 1",
                "gauge caracal_group_lag_entries {stream='caracal.keys.invalidate',group='sts-keys',quality='exact'} 1",
                "gauge caracal_stream_exists {stream='caracal.providers.ratelimit'} 1",
            ] {
                #expect(metrics.contains(sample), "\(sample)")
            }
            let added = "counter caracal_stream_entries_added_total {stream='caracal.keys.invalidate'} 1"
            #expect(metrics.contains(added) == (binary != .v6_2), "6.2 does not count them")
            #expect(FileTree.names(in: folder.path) == ["caracal.prom"])
            #expect(try mode(of: file) == 0o644)
        }
    }

    @Test func aCollectorThatFailedSaysSoInsteadOfLeavingTheOldFigures() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("caracal.prom", "caracal_up 1\ncaracal_stream_length 5\n")
        let kept = try mode(of: file)
        let result = try run("check", "--port", "1", "-o", "prometheus", "--outfile", file)
        expect(
            result,
            status: 3,
            stderr: "caracalctl: cannot reach 127.0.0.1:1: connection refused (check --port)\n"
        )
        let metrics = try readByPrometheus(try TemporaryFolder.read(file))
        #expect(metrics.count == 2)
        #expect(metrics[0] == "gauge caracal_up {} 0")
        #expect(metrics[1].hasPrefix("gauge caracal_scrape_timestamp_seconds {} "))
        #expect(try mode(of: file) == kept)
    }

    @Test func aReaderNeverSeesHalfAFile() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let folder = try TemporaryFolder()
            let file = try folder.write("caracal.prom", "old\n")
            let descriptor = Descriptor(open(file, O_RDONLY))
            #expect(try server.run("check", "-o", "prometheus", "--outfile", file).status == 0)
            var old = [UInt8](repeating: 0, count: 100)
            let count = read(descriptor.number, &old, old.count)
            #expect(Array(old.prefix(count)) == Array("old\n".utf8), "the old file is replaced, not written over")
        }
    }

    @Test(arguments: ["/dev/null", "/nonexistent/caracal.prom"])
    func whatCannotBeReplacedIsLeftAlone(file: String) throws {
        try withServer { server in
            let result = try server.run("check", "-o", "prometheus", "--outfile", file)
            #expect(result.status == 3)
            #expect(result.stdout == "")
            #expect(result.stderr.hasPrefix("caracalctl: cannot write \(file): "))
        }
    }

    private func mode(of file: String) throws -> mode_t {
        var status = stat()
        #expect(stat(file, &status) == 0)
        return status.st_mode & 0o777
    }
}
