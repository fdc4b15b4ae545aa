import Caracal
import Redis
import Testing
import Text

@Suite struct ConsumerStateTests {
    private static func consumer(
        pending: UInt64,
        idle: UInt64,
        _ success: ConsumerInfo.LastSuccess
    ) -> ConsumerInfo {
        ConsumerInfo(name: [], pending: pending, idle: idle, lastSuccess: success)
    }

    @Test(
        arguments: [
            (consumer(pending: 0, idle: 5, .ago(5)), nil, .active),
            (consumer(pending: 2, idle: 5, .ago(5)), 10, .active),
            (consumer(pending: 2, idle: 5, .ago(5)), 30_000, .stuck),
            (consumer(pending: 2, idle: 5, .ago(30_000)), nil, .stuck),
            (consumer(pending: 2, idle: 30_000, .ago(30_000)), nil, .stuck),
            (consumer(pending: 2, idle: 300_000, .ago(300_000)), nil, .gone),
            (consumer(pending: 0, idle: 30_000, .ago(90_000)), nil, .active),
            (consumer(pending: 0, idle: 299_999, .never), nil, .active),
            (consumer(pending: 0, idle: 300_000, .never), nil, .gone),
            (consumer(pending: 0, idle: 29_999, .notReported), nil, .active),
            (consumer(pending: 0, idle: 30_000, .notReported), nil, .unknown),
            (consumer(pending: 0, idle: 3_000_000, .notReported), nil, .unknown),
            (consumer(pending: 1, idle: 30_000, .notReported), nil, .stuck),
            (consumer(pending: 1, idle: 300_000, .notReported), nil, .gone),
            (consumer(pending: 1, idle: .max, .notReported), nil, .gone),
        ] as [(ConsumerInfo, UInt64?, ConsumerState)]
    )
    func isJudgedByWhatTheVersionTells(consumer: ConsumerInfo, held: UInt64?, state: ConsumerState) {
        #expect(ConsumerState(consumer, held: held, claimIdle: 30_000) == state)
    }
}
