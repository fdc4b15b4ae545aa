import Testing

@testable import CaracalCommands

@Suite struct SecretLineTests {
    @Test(arguments: [
        " xlen", "raw AUTH hush", "raw auth user hush", "raw --yes AUTH hush", "raw HELLO 3 AUTH u hush",
        "raw CONFIG SET requirepass hush", "raw config set masterauth hush", "raw ACL SETUSER u >hush",
        "raw MIGRATE h 1 k 0 1 AUTH hush", "raw MIGRATE h 1 k 0 1 AUTH2 u hush", "raw SENTINEL SET m auth-pass hush",
        "context add a --url redis://:hush@h", "context add a --url=redis://u:hush@h", "xlen redis://:hush@h",
        "publish keys.invalidate access_token=hush", "publish keys.invalidate 'Password=a b'",
        "AUTH hush", "auth user hush", "  AUTH hush", "\tAUTH hush", "HELLO 3 AUTH u hush",
        "CONFIG SET requirepass hush",
        "config set masterauth hush", "CONFIG SET tls-key-file-pass hush", "ACL SETUSER u on >hush", "user u on >hush",
        "MIGRATE h 1 k 0 1 AUTH hush", "migrate h 1 k 0 1 auth2 u hush", "SENTINEL SET m auth-pass hush",
        "requirepass hush", "redis-cli -a hush ping", "export REDIS_PASSWORD=hush", "STREAMS_HMAC_KEY=hush",
        "verify-sig --key-file 5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e", "AUTH \"hush",
        "xlen --password hush", "xlen -a hush", "check --pass hush", "raw -a hush PING", "raw 'AUTH' hush",
        "raw AUTH \"hush", "raw A\\UTH hush",
    ])
    func aLineThatMayHoldASecretIsSuspected(line: String) {
        #expect(SecretLine.isSuspected(line))
    }

    @Test(arguments: [
        "xlen audit.events", "raw XINFO STREAM caracal.audit.events", "raw CONFIG GET requirepass", "raw ACL WHOAMI",
        "publish sessions.revoke zone_id=z session_id=s", "context add a --url redis://h", "raw SET a b",
        "verify-sig --key-file /run/secrets/key", "xlen --password-file=/run/secrets/redis",
    ])
    func anyOtherLineIsKept(line: String) {
        #expect(!SecretLine.isSuspected(line))
    }
}
