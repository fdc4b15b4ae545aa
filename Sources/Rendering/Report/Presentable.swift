/// A report that can be written in each output format.
package protocol Presentable {
    /// What a person reads, lines ended by line feeds.
    func table(_ look: TerminalLook) -> String
    /// What a program reads.
    var envelope: Envelope { get }
    /// What a monitoring system reads, or `nil` where there is nothing to measure.
    var metrics: [MetricFamily]? { get }
}

extension Presentable {
    /// Most reports measure nothing.
    package var metrics: [MetricFamily]? { nil }
}
