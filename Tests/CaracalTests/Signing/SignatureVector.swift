import Testing

/// The bus's published test vectors for the `_sig` scheme: names, values and canonical bytes in hexadecimal.
struct SignatureVector: Sendable, CustomTestStringConvertible {
    let name: String
    let stream: String
    let key: String
    let fields: [(name: String, value: String)]
    let canonical: String
    let signature: String

    var testDescription: String { name }

    static let all: [SignatureVector] = [
        SignatureVector(
            name: "a revocation, fields already in order",
            stream: "caracal.sessions.revoke",
            key: "52d987a306900cd634e45abcb2d2c18c0361a7a47c8ffce1bf453f71bb1f9e74",
            fields: [
                (name: "6167656e745f73657373696f6e5f6964", value: "61732d3966"),
                (
                    name: "6f7574626f785f6964",
                    value: "30313961626330302d303030302d373030302d383030302d303030303030303030303031"
                ),
                (name: "726561736f6e", value: "6167656e745f7465726d696e61746564"),
                (name: "7a6f6e655f6964", value: "7a2d31"),
            ],
            canonical: "6361726163616c2e73657373696f6e732e7265766f6b650a6167656e745f73657373696f6e5f6964"
                + "3d61732d39660a6f7574626f785f69643d30313961626330302d303030302d373030302d38303030"
                + "2d3030303030303030303030310a726561736f6e3d6167656e745f7465726d696e617465640a7a6f"
                + "6e655f69643d7a2d310a",
            signature: "cbfd5c20ca62134f1495e6a7ba67f05377e9be29f26afeeeb1bf116dd846a900"
        ),
        SignatureVector(
            name: "the same fields in another order sign alike",
            stream: "caracal.sessions.revoke",
            key: "52d987a306900cd634e45abcb2d2c18c0361a7a47c8ffce1bf453f71bb1f9e74",
            fields: [
                (name: "7a6f6e655f6964", value: "7a2d31"),
                (name: "726561736f6e", value: "6167656e745f7465726d696e61746564"),
                (
                    name: "6f7574626f785f6964",
                    value: "30313961626330302d303030302d373030302d383030302d303030303030303030303031"
                ),
                (name: "6167656e745f73657373696f6e5f6964", value: "61732d3966"),
            ],
            canonical: "6361726163616c2e73657373696f6e732e7265766f6b650a6167656e745f73657373696f6e5f6964"
                + "3d61732d39660a6f7574626f785f69643d30313961626330302d303030302d373030302d38303030"
                + "2d3030303030303030303030310a726561736f6e3d6167656e745f7465726d696e617465640a7a6f"
                + "6e655f69643d7a2d310a",
            signature: "cbfd5c20ca62134f1495e6a7ba67f05377e9be29f26afeeeb1bf116dd846a900"
        ),
        SignatureVector(
            name: "the stream name is part of what is signed",
            stream: "caracal.delegations.invalidate",
            key: "52d987a306900cd634e45abcb2d2c18c0361a7a47c8ffce1bf453f71bb1f9e74",
            fields: [
                (name: "6167656e745f73657373696f6e5f6964", value: "61732d3966"),
                (
                    name: "6f7574626f785f6964",
                    value: "30313961626330302d303030302d373030302d383030302d303030303030303030303031"
                ),
                (name: "726561736f6e", value: "6167656e745f7465726d696e61746564"),
                (name: "7a6f6e655f6964", value: "7a2d31"),
            ],
            canonical: "6361726163616c2e64656c65676174696f6e732e696e76616c69646174650a6167656e745f736573"
                + "73696f6e5f69643d61732d39660a6f7574626f785f69643d30313961626330302d303030302d3730"
                + "30302d383030302d3030303030303030303030310a726561736f6e3d6167656e745f7465726d696e"
                + "617465640a7a6f6e655f69643d7a2d310a",
            signature: "d62c5f0661170d80f64f49460899c3e5a902382af5952aa18c7b1be73afb24f1"
        ),
        SignatureVector(
            name: "an empty value stays",
            stream: "caracal.policy.invalidate",
            key: "52d987a306900cd634e45abcb2d2c18c0361a7a47c8ffce1bf453f71bb1f9e74",
            fields: [
                (name: "706f6c6963795f7365745f6964", value: "70732d31"),
                (name: "736861646f775f76657273696f6e5f6964", value: ""),
                (name: "7a6f6e655f6964", value: "7a2d31"),
            ],
            canonical: "6361726163616c2e706f6c6963792e696e76616c69646174650a706f6c6963795f7365745f69643d"
                + "70732d310a736861646f775f76657273696f6e5f69643d0a7a6f6e655f69643d7a2d310a",
            signature: "2093864ee62f01f97ffa4d1628f65bb824cd3b83016e45ce3526cb5bb628182c"
        ),
        SignatureVector(
            name: "an existing _sig is left out",
            stream: "caracal.policy.invalidate",
            key: "52d987a306900cd634e45abcb2d2c18c0361a7a47c8ffce1bf453f71bb1f9e74",
            fields: [
                (
                    name: "5f736967",
                    value: "30303030303030303030303030303030303030303030303030303030303030303030303030303030"
                        + "303030303030303030303030303030303030303030303030"
                ),
                (name: "706f6c6963795f7365745f6964", value: "70732d31"),
                (name: "736861646f775f76657273696f6e5f6964", value: ""),
                (name: "7a6f6e655f6964", value: "7a2d31"),
            ],
            canonical: "6361726163616c2e706f6c6963792e696e76616c69646174650a706f6c6963795f7365745f69643d"
                + "70732d310a736861646f775f76657273696f6e5f69643d0a7a6f6e655f69643d7a2d310a",
            signature: "2093864ee62f01f97ffa4d1628f65bb824cd3b83016e45ce3526cb5bb628182c"
        ),
        SignatureVector(
            name: "LF and = inside values are not escaped",
            stream: "caracal.agents.lifecycle",
            key: "52d987a306900cd634e45abcb2d2c18c0361a7a47c8ffce1bf453f71bb1f9e74",
            fields: [
                (name: "6576656e74", value: "613d620a7a6f6e655f69643d7a2d32"),
                (name: "737461747573", value: "78"),
            ],
            canonical: "6361726163616c2e6167656e74732e6c6966656379636c650a6576656e743d613d620a7a6f6e655f"
                + "69643d7a2d320a7374617475733d780a",
            signature: "bb9576c985081e777195a602291f7024a6ea77a0c672ee23f4281c3c3af0b7c9"
        ),
        SignatureVector(
            name: "upper case sorts before lower case and _ between them",
            stream: "caracal.agents.lifecycle",
            key: "52d987a306900cd634e45abcb2d2c18c0361a7a47c8ffce1bf453f71bb1f9e74",
            fields: [
                (name: "61", value: "31"),
                (name: "42", value: "32"),
                (name: "5f78", value: "33"),
                (name: "5a", value: "34"),
                (name: "7a", value: "35"),
            ],
            canonical: "6361726163616c2e6167656e74732e6c6966656379636c650a423d320a5a3d340a5f783d330a613d"
                + "310a7a3d350a",
            signature: "41a655d15750ef4f35b0e67d592d23670469fa5ed4e2827a9656cd1ee021f156"
        ),
        SignatureVector(
            name: "two names that are canonically equivalent Unicode are two fields",
            stream: "caracal.keys.invalidate",
            key: "52d987a306900cd634e45abcb2d2c18c0361a7a47c8ffce1bf453f71bb1f9e74",
            fields: [
                (name: "636166c3a9", value: "707265636f6d706f736564"),
                (name: "63616665cc81", value: "6465636f6d706f736564"),
            ],
            canonical: "6361726163616c2e6b6579732e696e76616c69646174650a63616665cc813d6465636f6d706f7365"
                + "640a636166c3a93d707265636f6d706f7365640a",
            signature: "204707a469fc8acd8659c51c738ed957827b76285ba7f47632977aeaf3f184f7"
        ),
        SignatureVector(
            name: "byte order, not UTF-16 order",
            stream: "caracal.keys.invalidate",
            key: "52d987a306900cd634e45abcb2d2c18c0361a7a47c8ffce1bf453f71bb1f9e74",
            fields: [
                (name: "f09f9880", value: "6f7574736964652074686520424d50"),
                (name: "efbd9e", value: "696e736964652074686520424d50"),
            ],
            canonical: "6361726163616c2e6b6579732e696e76616c69646174650aefbd9e3d696e73696465207468652042"
                + "4d500af09f98803d6f7574736964652074686520424d500a",
            signature: "7a92a455bbd5956b2127b86a7f80cd4d1e09834d38a85244a3ac5fc9b2a6012e"
        ),
        SignatureVector(
            name: "a value that is not UTF-8",
            stream: "caracal.invocations.lifecycle",
            key: "2892a30582cd9883b6080b3df3ada0b91446eb57de8f3d262dfd3895663bb07e2ec9ba2eac55991f"
                + "0be11447f7b9838f4b9ea0451321e3cacadaacedd4545504",
            fields: [
                (
                    name: "626c6f62",
                    value: "00050a0f14191e23282d32373c41464b50555a5f64696e73787d82878c91969ba0a5aaafb4b9bec3"
                        + "c8cdd2d7dce1e6ebf0f5faff"
                ),
                (name: "7a6f6e655f6964", value: "7a2d31"),
            ],
            canonical: "6361726163616c2e696e766f636174696f6e732e6c6966656379636c650a626c6f623d00050a0f14"
                + "191e23282d32373c41464b50555a5f64696e73787d82878c91969ba0a5aaafb4b9bec3c8cdd2d7dc"
                + "e1e6ebf0f5faff0a7a6f6e655f69643d7a2d310a",
            signature: "dd8ba7fec706eb15676ab1b183167affa97a485e315cbb3a5b23b13f75968f69"
        ),
        SignatureVector(
            name: "a field given twice: the last one counts",
            stream: "caracal.sessions.revoke",
            key: "2892a30582cd9883b6080b3df3ada0b91446eb57de8f3d262dfd3895663bb07e2ec9ba2eac55991f"
                + "0be11447f7b9838f4b9ea0451321e3cacadaacedd4545504",
            fields: [
                (name: "73657373696f6e5f6964", value: "6669727374"),
                (name: "7a6f6e655f6964", value: "7a2d31"),
                (name: "73657373696f6e5f6964", value: "6c617374"),
            ],
            canonical: "6361726163616c2e73657373696f6e732e7265766f6b650a73657373696f6e5f69643d6c6173740a"
                + "7a6f6e655f69643d7a2d310a",
            signature: "1dfe81e5a74dc72a1129eee4ffb6dc6ec1009d8a0efff84c6ed001c342cf6d14"
        ),
        SignatureVector(
            name: "a 64-byte key, one field",
            stream: "caracal.keys.invalidate",
            key: "2892a30582cd9883b6080b3df3ada0b91446eb57de8f3d262dfd3895663bb07e2ec9ba2eac55991f"
                + "0be11447f7b9838f4b9ea0451321e3cacadaacedd4545504",
            fields: [
                (name: "7a6f6e655f6964", value: "7a2d31")
            ],
            canonical: "6361726163616c2e6b6579732e696e76616c69646174650a7a6f6e655f69643d7a2d310a",
            signature: "44ea5b7eb7eee5d5ce6bc1323f8c8ac6a4e8b1cce5c2cd82076d17418ab489c9"
        ),
    ]
}
