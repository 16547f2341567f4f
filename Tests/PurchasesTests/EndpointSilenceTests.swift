import Purchases
import SystemCalls
import Testing

/// How much of what the provider has asked for is left after a restart.
@Suite("What is left of a silence")
struct EndpointSilenceTests {
    private let start = WallTime(microseconds: 1_772_357_400_000_000)

    private func time(_ seconds: Int64) -> WallTime { WallTime(microseconds: start.microseconds + seconds * 1_000_000) }

    private func silence(_ seconds: Int64) -> EndpointSilence {
        EndpointSilence(endpoint: "e", detail: "http_429", askedAt: start, until: time(seconds))
    }

    @Test("it ends when it was to end, for whom it was asked")
    func left() {
        #expect(silence(60).millisecondsLeft(for: "e", now: start) == 60_000)
        #expect(silence(60).millisecondsLeft(for: "e", now: time(59)) == 1000)
        #expect(silence(60).millisecondsLeft(for: "e", now: WallTime(microseconds: time(60).microseconds - 1)) == 1)
        #expect(silence(60).millisecondsLeft(for: "e", now: time(60)) == nil)
        #expect(silence(60).millisecondsLeft(for: "e", now: time(1_000_000)) == nil)
        #expect(silence(60).millisecondsLeft(for: "f", now: start) == nil)
    }

    @Test("a clock that was set back, or a number that means nothing, makes it no longer")
    func clock() {
        #expect(silence(60).millisecondsLeft(for: "e", now: time(-1_000_000)) == 60_000)
        #expect(silence(90_000).millisecondsLeft(for: "e", now: start) == 86_400_000)
        #expect(silence(-1).millisecondsLeft(for: "e", now: time(-10)) == nil)
        let endless = EndpointSilence(
            endpoint: "e", detail: "", askedAt: WallTime(microseconds: .min), until: WallTime(microseconds: .max))
        #expect(endless.millisecondsLeft(for: "e", now: WallTime(microseconds: .min)) == 86_400_000)
        #expect(endless.millisecondsLeft(for: "e", now: WallTime(microseconds: .max)) == nil)
    }

    @Test("an endpoint is told by its whole address, which does not stand in it")
    func endpoint() {
        let one = EndpointSilence.endpoint(Array("https://a/?_token=secret".utf8))
        #expect(one != EndpointSilence.endpoint(Array("https://a/?_token=secreu".utf8)))
        #expect(one.utf8.count == 16 && !one.contains("secret"))
    }
}
