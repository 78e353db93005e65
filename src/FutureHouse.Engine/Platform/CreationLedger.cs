using System.Collections.Concurrent;

namespace FutureHouse.Platform;

/// <summary>
/// Keeps one client's creations apart when a lost answer has to be looked up: creations that could be mistaken for each other go one after the other, and an
/// entry that was given to one of them is not found again for the next.
/// </summary>
internal sealed class CreationLedger(TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly Dictionary<Identity, (SemaphoreSlim Turn, int Users)> _turns = [];
    private readonly ConcurrentQueue<(Guid Id, long At)> _order = new();
    private readonly ConcurrentDictionary<Guid, bool> _given = new();

    /// <summary>What tells two creations apart in a look-up.</summary>
    public readonly record struct Identity(string Name, string? FilePath, Guid? DatasetId, Guid? ParentId);

    /// <summary>Waits until no other creation of the same identity is under way.</summary>
    public async Task<Turn> EnterAsync(Identity identity, CancellationToken ct)
    {
        SemaphoreSlim turn;
        lock (_turns)
        {
            turn = _turns.TryGetValue(identity, out var known) ? known.Turn : new SemaphoreSlim(1, 1);
            _turns[identity] = (turn, known.Users + 1);
        }

        try
        {
            await turn.WaitAsync(ct).ConfigureAwait(false);
            return new Turn(this, identity);
        }
        catch
        {
            Leave(identity, entered: false);
            throw;
        }
    }

    /// <summary>Notes that an entry is some creation's result.</summary>
    public void Give(Guid id)
    {
        _given[id] = true;
        _order.Enqueue((id, time.GetTimestamp()));
        while (_order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > Remembered && _order.TryDequeue(out oldest))
        {
            _given.TryRemove(oldest.Id, out _);
        }
    }

    /// <summary>Whether an entry is some creation's result already.</summary>
    public bool IsGiven(Guid id) => _given.ContainsKey(id);

    private void Leave(Identity identity, bool entered)
    {
        lock (_turns)
        {
            var (turn, users) = _turns[identity];
            if (entered)
            {
                turn.Release();
            }

            if (users == 1)
            {
                _turns.Remove(identity);
                turn.Dispose();
            }
            else
            {
                _turns[identity] = (turn, users - 1);
            }
        }
    }

    /// <summary>A creation's turn; ends when disposed.</summary>
    public readonly struct Turn(CreationLedger ledger, Identity identity) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => ledger.Leave(identity, entered: true);
    }
}
