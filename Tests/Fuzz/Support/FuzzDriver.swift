import CFuzzer

/// Runs libFuzzer on this program's target.
///
/// Each target calls it from a function `NAME_main`: the package manager renames the main function of executables to that and
/// lets the linker take it for `main`, in place of libFuzzer's own.
public func runFuzzer(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var count = count
    var arguments = arguments
    return LLVMFuzzerRunDriver(&count, &arguments, LLVMFuzzerTestOneInput)
}
