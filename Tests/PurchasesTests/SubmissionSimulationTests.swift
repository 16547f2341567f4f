import SeededNumbers
import SystemCalls
import Testing

@testable import Purchases

/// Days of a shop with a bad line, in seconds: every answer there is, at random, on a clock of the test's own.
@Suite("Random shops")
struct SubmissionSimulationTests {
    private struct Sale {
        let id: Int64
        let members: [String]
        let isRefund: Bool
        let deadline: MonotonicTime
        var answers = 0
        var isSettled = false
    }

    private struct Shop {
        var machine: SubmissionMachine
        var random: SeededGenerator
        var now = MonotonicTime(microseconds: 0)
        var sales: [Int64: Sale] = [:]
        var underWay: [(id: Int64, until: MonotonicTime)] = []
        var dead: [Int64] = []
        var silentUntil = MonotonicTime(microseconds: 0)

        init(seed: UInt64) {
            machine = SubmissionMachine(seed: seed)
            random = SeededGenerator(state: seed)
        }

        mutating func carryOut(_ actions: [SubmissionMachine.Action]) {
            for action in actions {
                switch action {
                case .send(let id, _): sent(id)
                case .answer(let ticket, _):
                    let id = Int64(ticket)
                    sales[id]?.answers += 1
                    if let sale = sales[id] { #expect(now <= sale.deadline, "answered late") }
                case .queued, .postponed: break
                case .silence(let milliseconds, _):
                    silentUntil = max(silentUntil, now.adding(milliseconds: milliseconds))
                case .silenceLifted: silentUntil = now
                case .ended(let id, let state, _, _, _):
                    #expect(sales[id]?.isSettled == false, "ended twice")
                    machine.recorded(id)
                    if state == .failed { dead.append(id) } else { sales[id]?.isSettled = true }
                }
            }
        }

        /// What must hold whenever something goes out.
        mutating func sent(_ id: Int64) {
            guard let sale = sales[id] else { return }
            #expect(!underWay.contains { $0.id == id }, "sent twice at a time")
            #expect(underWay.count < 4)
            #expect(now >= silentUntil, "sent though the provider has asked for silence")
            for older in sales.values where older.id < id && !older.isSettled && !older.members.isEmpty {
                let isOfMember = older.members.contains { sale.members.contains($0) }
                let isSettledForSales = dead.contains(older.id)
                if isOfMember, sale.isRefund, !older.isRefund {
                    Issue.record("refund \(id) overtakes sale \(older.id)")
                }
                if isOfMember, !isSettledForSales { Issue.record("\(id) overtakes \(older.id)") }
            }
            underWay.append((id, now.adding(milliseconds: Int.random(in: 1...8000, using: &random))))
        }

        mutating func sell(_ id: Int64) {
            let count = [1, 1, 1, 2, 3].randomElement(using: &random) ?? 1
            let members = Set((0..<count).map { _ in "m\(Int.random(in: 0..<8, using: &random))" }).sorted()
            let sale = Sale(
                id: id, members: members, isRefund: Int.random(in: 0..<6, using: &random) == 0,
                deadline: now.adding(milliseconds: 3000))
            sales[id] = sale
            carryOut(
                machine.stored(
                    SubmissionEntry(id: id, isRefund: sale.isRefund, members: members), waiter: UInt64(id),
                    deadline: sale.deadline, now: now))
        }

        mutating func end(isWell: Bool) {
            guard let next = underWay.min(by: { $0.until < $1.until }), next.until <= now else { return }
            underWay.removeAll { $0.id == next.id }
            let kind = isWell ? 0 : Int.random(in: 0..<10, using: &random)
            let end: SubmissionEnd =
                switch kind {
                case 0...4: .accepted(answer: yes)
                case 5: .rejected(answer: no, detail: "http_404")
                case 6: .later(Postponement(detail: "http_500", isEndpointWide: false))
                case 7: .later(Postponement(detail: "timeout", isEndpointWide: true))
                case 8: .later(Postponement(detail: "http_429", retryAfterMilliseconds: 5000, isEndpointWide: true))
                default: .later(Postponement(detail: "refused", isEndpointWide: true))
                }
            carryOut(machine.attemptEnded(next.id, end, now: now))
        }

        /// Lets time pass, and wakes the machine whenever it wants to be.
        mutating func step(_ milliseconds: Int) {
            let end = now.adding(milliseconds: milliseconds)
            while let wake = machine.wakeAt, wake <= end {
                now = max(now, wake)
                carryOut(machine.timePassed(now: now))
            }
            now = end
        }
    }

    @Test(arguments: 1...12)
    func nothingOvertakesAndEverythingEnds(seed: Int) {
        var shop = Shop(seed: UInt64(seed))
        var id: Int64 = 0
        while id < 120 {
            switch Int.random(in: 0..<10, using: &shop.random) {
            case 0...2:
                id += 1
                shop.sell(id)
            case 3:
                if let one = shop.dead.randomElement(using: &shop.random) {
                    shop.dead.removeAll { $0 == one }
                    let again = Bool.random(using: &shop.random)
                    let actions =
                        again
                        ? shop.machine.resent(one, now: shop.now) : shop.machine.discarded(one, now: shop.now)
                    shop.carryOut(actions ?? [])
                }
            case 4: shop.carryOut(shop.machine.endpointAnswered(now: shop.now))
            default:
                shop.step(Int.random(in: 1...400, using: &shop.random))
                shop.end(isWell: false)
            }
        }
        // The line is well again, and a person looks after what has failed.
        for _ in 0..<200_000 where shop.sales.values.contains(where: { !$0.isSettled }) {
            shop.step(500)
            while shop.underWay.contains(where: { $0.until <= shop.now }) { shop.end(isWell: true) }
            for one in shop.dead {
                shop.dead.removeAll { $0 == one }
                shop.carryOut(shop.machine.resent(one, now: shop.now) ?? [])
            }
        }
        #expect(shop.sales.values.allSatisfy { $0.isSettled }, "some were never settled")
        #expect(shop.sales.values.allSatisfy { $0.answers == 1 }, "each request gets one answer")
        #expect(shop.machine.unsettledCount == 0 && shop.machine.deadCount == 0)
    }
}
