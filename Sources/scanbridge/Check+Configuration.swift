import Configuration
import Keystrokes
import Routing
import TextChecks

extension Check {
    /// The configuration, and what stands in it that nothing reaches.
    ///
    /// - Returns: The defaults if it cannot be used.
    func checkConfiguration(_ report: inout CheckReport) -> Configuration {
        let hasLayouts = Layouts.isKnown(DecodingSettings().layout)
        if !hasLayouts {
            report.fault("layout", "no keyboard layouts are installed: sudo apt install xkb-data", .unavailable)
        }
        let configuration: Configuration
        do {
            // Without any, each layout would be said to be wrong.
            configuration = try Configuration.load(path: configurationOptions.file) {
                !hasLayouts || Layouts.isKnown($0)
            }
            report.good("configuration", configurationOptions.file)
        } catch {
            report.fault("configuration", "\(error)", .configuration)
            configuration = Configuration()
        }
        for warning in RouteWarning.warnings(configuration.routes) {
            report.warning(
                "route", "[[route]] number \(warning.number) \"\(warning.name.printable)\": \(warning.reason)")
        }
        return configuration
    }
}
