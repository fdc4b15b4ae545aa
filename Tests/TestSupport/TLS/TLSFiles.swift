import Glibc
import RedisSandbox

/// The certificates' files: made by `openssl` once in a run of the tests, and removed at its end.
package final class TLSFiles: Sendable {
    /// `openssl` said no.
    package struct Failure: Error, CustomStringConvertible {
        /// What it said.
        package let description: String
    }

    private let folder: TemporaryFolder
    private let program: String

    private static let made = Result { try TLSFiles() }

    /// Those of this run.
    package static var shared: TLSFiles {
        get throws { try made.get() }
    }

    private init() throws {
        folder = try TemporaryFolder()
        program = try ExecutableSearch.find("openssl", path: Environment.current["PATH"])
        for certificate in TLSCertificate.allCases { try make(certificate) }
        try run("pkey", "-in", key(.client), "-aes256", "-passout", "pass:x", "-out", path("encrypted.key"))
        try folder.write("none.pem", "nothing\n")
        try run("rehash", folder.path)
        // A static value is never let go of.
        atexit { if let files = try? TLSFiles.shared { FileTree.remove(files.folder.path) } }
    }

    /// A certificate's file, in PEM.
    package func file(_ certificate: TLSCertificate) -> String {
        path("\(certificate).pem")
    }

    /// The file of a certificate's key, in PEM.
    package func key(_ certificate: TLSCertificate) -> String {
        path("\(certificate).key")
    }

    /// The client's key, encrypted.
    package var encryptedKey: String {
        path("encrypted.key")
    }

    /// A file without anything in PEM.
    package var nothing: String {
        path("none.pem")
    }

    /// The folder, with the links by which OpenSSL finds an issuer in it.
    package var folderPath: String {
        folder.path
    }

    /// The configuration lines of a redis-server that shows a certificate.
    ///
    /// - Parameter wantsClients: whether it lets in only those who show a certificate of the tests' authority.
    package func directives(_ certificate: TLSCertificate, wantsClients: Bool = false) -> [String] {
        [
            "tls-cert-file \(file(certificate))", "tls-key-file \(key(certificate))",
            "tls-ca-cert-file \(file(.authority))", "tls-auth-clients \(wantsClients ? "yes" : "no")",
        ]
    }

    private func path(_ name: String) -> String {
        folder.path + "/" + name
    }

    private func make(_ certificate: TLSCertificate) throws {
        let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key(certificate)]
        let subject = ["-subj", "/CN=\(certificate)"]
        guard let issuer = certificate.issuer else {
            let names = certificate == .selfSigned ? ["-addext", "subjectAltName=\(certificate.names)"] : []
            try run(["req", "-x509", "-days", "2", "-out", file(certificate)] + newKey + subject + names)
            return
        }
        try run(["req", "-new", "-out", path("request")] + newKey + subject)
        try folder.write("index", "")
        let settings = try folder.write("ca.cnf", configuration(certificate))
        try run([
            "ca", "-batch", "-notext", "-config", settings, "-cert", file(issuer), "-keyfile", key(issuer),
            "-in", path("request"), "-out", file(certificate),
            "-startdate", certificate.validity.start, "-enddate", certificate.validity.end,
        ])
    }

    private func configuration(_ certificate: TLSCertificate) -> String {
        """
        [ca]
        default_ca = this
        [this]
        database = \(path("index"))
        new_certs_dir = \(folder.path)
        rand_serial = yes
        default_md = sha256
        policy = any
        x509_extensions = extensions
        [any]
        commonName = optional
        [extensions]
        subjectAltName = \(certificate.names)

        """
    }

    private func run(_ arguments: String...) throws {
        try run(arguments)
    }

    private func run(_ arguments: [String]) throws {
        let result = try CommandRunner(program).run(arguments)
        guard result.status == 0 else { throw Failure(description: result.stderr) }
    }
}
