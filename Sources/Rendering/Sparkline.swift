/// A row of small bars, one for each value.
package enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█").map(String.init)
    private static let letters = Array("_.-:=+*#").map(String.init)

    /// The last `width` values, the newest at the right, scaled from 0 to the greatest of them. What is not known is a blank,
    /// and so are moments before the first value. Without Unicode the bars are letters.
    package static func text(_ values: [Double?], width: Int, unicode: Bool) -> String {
        guard width > 0 else { return "" }
        let steps = unicode ? bars : letters
        let shown = values.suffix(width)
        let greatest = shown.compactMap { $0 }.max() ?? 0
        let blanks = String(repeating: " ", count: width - shown.count)
        return blanks + shown.map { bar($0, of: greatest, steps) }.joined()
    }

    private static func bar(_ value: Double?, of greatest: Double, _ steps: [String]) -> String {
        guard let value, value.isFinite, greatest.isFinite else { return " " }
        guard value > 0, greatest > 0 else { return steps[0] }
        let step = Int((value / greatest * Double(steps.count - 1)).rounded(.up))
        return steps[min(max(step, 0), steps.count - 1)]
    }
}
