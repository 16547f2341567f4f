import Loyalty

extension EndpointSettings {
    enum Key: String, CaseIterable {
        case account
        case tokenFile = "token_file"
        case memberURL = "member_url"
        case purchaseURL = "purchase_url"
        case timeout = "timeout_ms"
        case locale, headers
        case caFile = "ca_file"
    }

    /// - Parameter needsAccount: Without it what has no account is nil, once everything else in it is found to be right.
    init?(from table: TableReader<Key>, needsAccount: Bool) throws(ConfigurationError) {
        let account = try table.text(.account, checkedBy: Self.reason(againstAccount:))
        if account == nil, needsAccount {
            throw table.missing("needs account, the shop's name at the loyalty provider")
        }
        let memberURL = try table.text(.memberURL, checkedBy: Self.reason(againstMemberURL:))
        let purchaseURL = try table.text(.purchaseURL, checkedBy: Self.reason(againstPurchaseURL:))
        self.init(account: account ?? "", memberURL: memberURL ?? Self.defaultMemberURL, purchaseURL: purchaseURL)
        tokenFile = try table.text(.tokenFile, checkedBy: Self.reason(againstTokenFile:)) ?? tokenFile
        timeoutMilliseconds = try table.integer(.timeout, in: Self.timeoutRange) ?? timeoutMilliseconds
        locale = try table.text(.locale, checkedBy: Self.reason(againstLocale:)) ?? locale
        for (name, value) in try table.pairs(.headers, atMost: Self.maxHeaders) ?? [] {
            let header = Header(name: name, value: value)
            if let reason = Self.reason(against: header, after: headers) {
                throw table.badPair(.headers, name, reason)
            }
            headers.append(header)
        }
        caFile = try table.text(.caFile, checkedBy: Self.reason(againstCAFile:)) ?? caFile
        if account == nil { return nil }
    }
}
