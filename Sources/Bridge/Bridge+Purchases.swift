import Configuration
import EventLoop
import FoundationEssentials
import Glibc
import ListenerProtocol
import ListenerSocket
import Logging
import Loyalty
import Outbox
import Purchases
import Scanners
import SystemCalls
import Till

/// Purchases: from listeners to the till's thread, and from there to listeners. Nothing of it waits here.
extension Bridge {
    // MARK: Making the part

    /// Begins where there is something to do from the start: an endpoint for the till, or purchases of an earlier run.
    func makePurchasesAtStart() {
        if configuration.till == nil { tillKeeper?.drop(Self.tillSocketName) }
        if configuration.till != nil || access(configuration.outbox.path, F_OK) == 0 { makePurchases() }
    }

    /// Goes over to the configuration as it is now.
    func reloadPurchases() {
        guard let purchases = parts?.purchases else {
            if configuration.till != nil { makePurchases() }
            return
        }
        if let settings = purchaseSettings {
            purchases.replace(settings)
        } else {
            logger.warning("purchases go on with the earlier account until a restart: there is none now")
        }
    }

    private var purchaseSettings: PurchaseSettings? {
        guard let endpoint = configuration.endpoint, endpoint.purchaseURL != nil else { return nil }
        return PurchaseSettings(
            till: configuration.till, outbox: configuration.outbox, endpoint: endpoint, answers: configuration.answers)
    }

    @discardableResult
    private func makePurchases() -> TillService? {
        guard let settings = purchaseSettings else { return nil }
        let loop = loop
        let handlers = PurchaseHandlers(
            lookUp: { [weak self] id, completion in
                guard let self else { return }
                loop.post { self.assumeIsolated { $0.lookUpForTill(id, completion) } }
            },
            membersChanged: { [weak self] members in
                guard let self else { return }
                loop.post { self.assumeIsolated { $0.membersChanged(members) } }
            },
            tell: { [weak self] news in
                guard let self else { return }
                loop.post { self.assumeIsolated { $0.told(news) } }
            },
            concernChanged: { [weak self] in
                guard let self else { return }
                loop.post { self.assumeIsolated { $0.tellStatus() } }
            },
            keepSocket: { [weak self] socket in
                guard let self else { return }
                loop.post { self.assumeIsolated { $0.keepTillSocket(socket) } }
            })
        var socket: HandedSocket?
        if let earlier = tillKeeper?.take(Self.tillSocketName) { socket = HandedSocket(earlier) }
        do {
            let purchases = try TillService(
                settings, userAgent: identity.server, socket: socket, handlers: handlers, logger: logger)
            parts?.purchases = purchases
            return purchases
        } catch {
            // Scanners and lookups go on.
            logger.error("no purchases: \(error)")
            return nil
        }
    }

    private static let tillSocketName = "till"

    /// A till that comes while the service is started again waits in its socket, and is answered then.
    private func keepTillSocket(_ socket: HandedSocket?) {
        guard let tillKeeper else { return }
        tillKeeper.drop(Self.tillSocketName)
        if let descriptor = socket?.take() { tillKeeper.keep(descriptor.number, as: Self.tillSocketName) }
    }

    // MARK: What the till's thread asks and tells

    private func lookUpForTill(_ id: String, _ completion: @escaping @Sendable (LookupAnswer) -> Void) {
        guard let members = parts?.members else {
            return completion(LookupAnswer(outcome: .unavailable(.stopped), lookupMilliseconds: 0, source: .live))
        }
        members.lookUp(id, for: .till, scannedAt: .now()) { answer in
            self.noteAnswer(answer, about: id)
            completion(answer)
        }
    }

    private func membersChanged(_ members: [String]) {
        for member in members { parts?.members?.memberChanged(member) }
    }

    private func told(_ news: PurchaseNews) {
        parts?.listeners.publish(.purchase(PurchaseEvent(news)))
        guard news.status == .accepted else { return }
        for member in news.facts.members { refreshes.accepted(member, news.facts.sale) }
        refreshBalances()
    }

    /// Asks about members anew whose purchase was accepted, and tells their balances.
    private func refreshBalances() {
        guard let members = parts?.members else { return }
        while let refresh = refreshes.next() {
            let old = balances.balance(of: refresh.member)
            members.memberChanged(refresh.member)
            members.lookUp(refresh.member, for: .program, scannedAt: .now()) { answer in
                self.refreshes.ended(refresh.member)
                self.noteAnswer(answer, about: refresh.member)
                if let member = answer.outcome.member {
                    self.parts?.listeners.publish(
                        .balance(
                            BalanceEvent(
                                member: refresh.member, old: old, new: member.balance, displayText: member.displayText,
                                sale: refresh.sale)))
                } else {
                    self.logger.notice(
                        "no new balance after a purchase", metadata: ["detail": "\(answer.outcome.detail)"])
                }
                self.refreshBalances()
            }
        }
    }

    // MARK: What listeners ask

    func takePurchase(_ parameters: PurchaseParameters, for ticket: CallTicket) {
        guard let purchases = parts?.purchases ?? makePurchases() else {
            return answer(ticket, .error(Self.notConfigured))
        }
        let now = WallTime.now()
        switch parameters {
        case .invoice(let body):
            take(purchases, ticket) { () throws(InvoiceFault) in
                try Invoice(parsing: body).purchase(body, receivedAt: now)
            }
        case .sale(let fields):
            guard let time = fields.time.map({ SaleTime(written: $0) }) ?? SaleTime(now) else {
                return answer(
                    ticket, .error(RequestError(.badRequest, "`time` is a time such as \"2026-03-01T09:30:00\"")))
            }
            let sale = Sale(
                sale: fields.sale, member: fields.member, amount: fields.amount, currency: fields.currency, time: time,
                isRefund: fields.isRefund)
            take(purchases, ticket) { () throws(InvoiceFault) in sale.purchase(receivedAt: now) }
        }
    }

    private func take(
        _ purchases: TillService, _ ticket: CallTicket,
        _ make: @escaping @Sendable () throws(InvoiceFault) -> NewPurchase
    ) {
        let loop = loop
        purchases.take(make) { [weak self] result in
            guard let self else { return }
            loop.post { self.assumeIsolated { $0.answer(ticket, CallAnswer(result)) } }
        }
    }

    func answerAboutPurchases(_ request: OutboxRequest, _ user: uid_t, for ticket: CallTicket) {
        guard let purchases = parts?.purchases else { return answer(ticket, .error(Self.notConfigured)) }
        let loop = loop
        let reply: @Sendable (OutboxReply) -> Void = { [weak self] reply in
            guard let self else { return }
            loop.post { self.assumeIsolated { $0.answer(ticket, CallAnswer(reply)) } }
        }
        switch request {
        case .list(let query):
            purchases.list(
                PurchaseFilter(query), after: query.after, limit: query.limit, withInvoices: query.withInvoices
            ) { result in reply(OutboxReply(result)) }
        case .resend(let id):
            guard Self.isTrusted(user) else { return answer(ticket, .error(Self.notPermitted)) }
            purchases.resend(id) { reply(OutboxReply($0, done: "resend", id)) }
        case .discard(let id):
            guard Self.isTrusted(user) else { return answer(ticket, .error(Self.notPermitted)) }
            purchases.discard(id) { reply(OutboxReply(.success($0), done: "discard", id)) }
        }
    }

    /// Whoever may listen may look; to give a customer's points up takes root, or the service's own user.
    static func isTrusted(_ user: uid_t) -> Bool { user == 0 || user == geteuid() }

    private func answer(_ ticket: CallTicket, _ answer: CallAnswer) { parts?.listeners.answer(ticket, with: answer) }

    private static let notConfigured = RequestError(
        .notConfigured,
        "there is nobody to take purchases: [endpoint] needs an account, and purchase_url where member_url is not the provider's own"
    )
    private static let notPermitted = RequestError(
        .notPermitted, "only root and the service's user may: sudo scanbridge purchases")
}
