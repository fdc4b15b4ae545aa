import Caracal
import Rendering

/// A Grafana dashboard of the bus: `--print-dashboard`. It is for Grafana 9 and later, and asks for what the exporter writes.
struct Dashboard {
    /// Panels under a title.
    struct Row {
        let title: String
        /// How wide each of its panels is; 24 is the whole width.
        let width: Int
        let height: Int
        let panels: [DashboardPanel]
    }

    let rows: [Row]

    /// - Parameter limits: from where on figures are orange and red.
    init(limits: CheckLimits = CheckLimits()) {
        rows = DashboardRows(limits: limits).all
    }

    /// The panels with their places, the titles of rows among them. Panels fill lines from left to right.
    var places: [(title: String, panel: DashboardPanel?, place: DashboardPlace)] {
        var placed: [(title: String, panel: DashboardPanel?, place: DashboardPlace)] = []
        var y = 0
        for row in rows {
            placed.append((row.title, nil, DashboardPlace(x: 0, y: y, width: DashboardPlace.gridWidth, height: 1)))
            y += 1
            let columns = DashboardPlace.gridWidth / row.width
            for (index, panel) in row.panels.enumerated() {
                let (line, column) = index.quotientAndRemainder(dividingBy: columns)
                let place = DashboardPlace(
                    x: column * row.width,
                    y: y + line * row.height,
                    width: row.width,
                    height: row.height
                )
                placed.append((panel.title, panel, place))
            }
            y += (row.panels.count + columns - 1) / columns * row.height
        }
        return placed
    }

    /// The dashboard as Grafana imports it.
    var json: JSONValue {
        let panels = places.enumerated().map { index, item in
            item.panel?.json(id: index + 1, at: item.place) ?? Self.heading(item.title, id: index + 1, item.place)
        }
        return [
            "uid": "caracal-bus", "title": "Caracal message bus", "tags": ["caracal", "redis", "streams"],
            "description": .string("Redis Streams and outboxes of Caracal, as caracalctl exporter measures them"),
            "schemaVersion": 38, "version": 1, "editable": true, "graphTooltip": 1, "refresh": "30s",
            "timezone": "utc", "time": ["from": "now-6h", "to": "now"], "annotations": ["list": []], "links": [],
            "templating": ["list": .array(Self.variables)], "panels": .array(panels),
        ]
    }

    /// The source that every panel asks: the one that is chosen at the top.
    static let dataSource: JSONValue = ["type": "prometheus", "uid": "${datasource}"]

    /// What every expression selects by: the variables at the top.
    static let ofInstance = #"instance=~"$instance""#

    private static func heading(_ title: String, id: Int, _ place: DashboardPlace) -> JSONValue {
        [
            "id": JSONValue(id), "type": "row", "title": .string(title), "collapsed": false, "gridPos": place.json,
            "panels": [],
        ]
    }

    private static var variables: [JSONValue] {
        [
            [
                "name": "datasource", "type": "datasource", "label": "Data source", "query": "prometheus", "hide": 0,
                "refresh": 1, "regex": "", "multi": false, "includeAll": false, "options": [], "current": [:],
            ],
            variable("instance", "Instance", "label_values(\(Metric.up), instance)"),
            variable("stream", "Stream", "label_values(\(Metric.streamExists){\(ofInstance)}, stream)"),
        ]
    }

    private static func variable(_ name: String, _ label: String, _ query: String) -> JSONValue {
        [
            "name": .string(name), "type": "query", "label": .string(label), "datasource": dataSource,
            "query": ["query": .string(query), "refId": "A"], "hide": 0, "refresh": 2,
            "regex": "", "sort": 1, "multi": true, "includeAll": true, "allValue": ".*", "options": [],
            "current": ["selected": true, "text": ["All"], "value": ["$__all"]],
        ]
    }
}
