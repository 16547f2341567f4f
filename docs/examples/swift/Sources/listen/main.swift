// Prints each scan and member, for ever: the stream connects again by itself and loses nothing in between.
import ScanbridgeClient

for try await event in EventStream(types: ["scan", "scan_damaged", "member"]) {
    switch event.kind {
    case .scan(let scan): print("scanned", scan.code)
    case .scanDamaged: print("please scan again")
    case .member(let lookup): print(lookup.status, lookup.member?.name ?? "", lookup.member?.balance ?? 0)
    default: break
    }
}
