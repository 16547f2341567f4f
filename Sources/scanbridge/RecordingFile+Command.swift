import ArgumentParser
import Keystrokes
import Recordings
import Scanners
import SystemCalls

extension RecordingFile {
    /// Reads a recording for a command. One that is none ends the command as wrong usage, with the line.
    static func reading(_ path: String) throws -> RecordingFile {
        do {
            return try RecordingFile(path: path)
        } catch let error as RecordingError {
            Output.error("\(path): \(error)")
            throw ExitCode.validationFailure
        } catch let error as SystemError {
            throw ExitStatus(error).failure("\(path): \(error)")
        }
    }
}

extension RecordedDevice {
    /// As udev would describe the device: it has keys and is a scanner, since somebody recorded it as one.
    var description: DeviceDescription {
        DeviceDescription(
            syspath: "", node: "", deviceNumber: 0, vendor: vendor, product: product, serial: serial, name: name,
            path: path,
            hasKeys: true, isTagged: true)
    }

    /// What the configuration says of this device; the defaults where nothing is known of it.
    func decodingSettings(_ rules: [ScannerRule]) -> DecodingSettings {
        if !isUnknown, case .take(let settings, _) = ScannerSelection(rules: rules).decide(description) {
            return settings
        }
        return DecodingSettings()
    }

    /// The id that the service would give the device, as far as it is known.
    var scannerID: String {
        if isUnknown { return "replay" }
        let id = description.scannerID
        return id.hasSuffix("@") ? String(id.dropLast()) : id
    }
}
