import Redis
import TestSupport
import Testing

@Suite struct ClusterTrustTests {
    /// The servers that are connected to later are trusted, or not, by what was read for the first one.
    @Test func theIssuersFileIsReadOnceForAllServers() throws {
        try withCluster(certificates: [.good]) { servers in
            let folder = try TemporaryFolder()
            let authority = try TLSFiles.shared.file(.authority)
            let copy = try folder.write("authority.pem", TemporaryFolder.read(authority))
            let first = try connect(to: servers.port(0), .test { $0.authorityFile = copy })
            let cluster = try Cluster(over: first)
            first.close()
            try folder.write("authority.pem", "gone\n")
            let subjects = try cluster.masters().map { $0.certificate?.subject }
            #expect(subjects == Array(repeating: Array("CN=good".utf8), count: 3))
        }
    }
}
