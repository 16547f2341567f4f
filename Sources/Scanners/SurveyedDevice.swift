/// A device and what is done with it.
public struct SurveyedDevice: Sendable {
    public var description: DeviceDescription
    public var decision: ScannerSelection.Decision
    /// The id that a service which starts now gives it.
    public var scannerID: String
}
