import SystemCalls

/// Names a timer of one loop.
public struct TimerID: Hashable, Sendable {
    fileprivate let number: UInt64
}

/// Timers in the order of their time: a binary heap, with removed ones left in it until they come up.
struct TimerQueue {
    private struct Entry: Comparable {
        let time: MonotonicTime
        let id: TimerID

        /// Timers of one time keep the order in which they were set.
        static func < (left: Entry, right: Entry) -> Bool {
            (left.time, left.id.number) < (right.time, right.id.number)
        }
    }

    private var heap: [Entry] = []
    private var bodies: [TimerID: () -> Void] = [:]
    private var lastNumber: UInt64 = 0

    var isEmpty: Bool { bodies.isEmpty }
    /// Entries held, removed ones with them.
    var storedCount: Int { heap.count }

    mutating func add(at time: MonotonicTime, _ body: @escaping () -> Void) -> TimerID {
        lastNumber += 1
        let id = TimerID(number: lastNumber)
        bodies[id] = body
        // Timers that are set and removed over and over must not pile up.
        if heap.count > 64, heap.count > 2 * bodies.count {
            heap = heap.filter { bodies[$0.id] != nil }.sorted()
        }
        heap.append(Entry(time: time, id: id))
        siftUp(heap.count - 1)
        return id
    }

    mutating func remove(_ id: TimerID) {
        bodies[id] = nil
    }

    /// When the next timer is due; nil without one.
    var next: MonotonicTime? {
        mutating get {
            dropRemoved()
            return heap.first?.time
        }
    }

    /// The timers that are due by `now`, each to be asked for with ``takeBody(of:)`` right before its call: the body of an
    /// earlier one may remove a later one, and what it adds waits for the next turn.
    mutating func takeDue(by now: MonotonicTime) -> [TimerID] {
        var due: [TimerID] = []
        dropRemoved()
        while let next = heap.first, next.time <= now {
            removeFirst()
            due.append(next.id)
            dropRemoved()
        }
        return due
    }

    /// What a timer that is due calls; nil if it was removed meanwhile.
    mutating func takeBody(of id: TimerID) -> (() -> Void)? {
        bodies.removeValue(forKey: id)
    }

    private mutating func dropRemoved() {
        while let first = heap.first, bodies[first.id] == nil { removeFirst() }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right] < heap[left] ? right : left
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }

    private mutating func siftUp(_ index: Int) {
        var child = index
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }
}
