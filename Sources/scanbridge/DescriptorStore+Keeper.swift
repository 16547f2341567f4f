import Scanners
import ServiceManager

/// What the scanners want kept goes to the service manager.
extension DescriptorStore: DescriptorKeeper {}
