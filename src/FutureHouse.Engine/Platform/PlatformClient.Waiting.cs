using FutureHouse.Errors;

namespace FutureHouse.Platform;

/// <content>Waiting for an entry (Protocol §2).</content>
public sealed partial class PlatformClient
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(10);

    /// <summary>Waits until an entry is active: asks for its status, at first twice a second, then less and less often, at last every ten seconds.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="timeout">How long to wait at most; the first look is made in any case.</param>
    /// <param name="progress">Told of the status after each look.</param>
    /// <param name="ct">Ends the wait at once.</param>
    /// <returns>The entry, active.</returns>
    /// <exception cref="UploadFailedException">The entry has failed or is switched off: what it waits for will not come.</exception>
    /// <exception cref="ServiceTimeoutException">Time is up.</exception>
    /// <exception cref="NotFoundException">There is no such entry, or it is not the caller's to see.</exception>
    public async Task<DataEntry> WaitForEntryAsync(EntryId id, TimeSpan timeout, IProgress<EntryStatus>? progress, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : Timeout.InfiniteTimeSpan, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var hasRoute = true;
        EntryStatus? last = null;
        try
        {
            for (var wait = FirstLook; ; wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 3 / 2, LongestLook.Ticks)))
            {
                DataEntry? entry = null;
                if (hasRoute)
                {
                    (last, hasRoute) = await LookAsync(id, linked.Token).ConfigureAwait(false);
                }

                if (!hasRoute || last == EntryStatus.Active)
                {
                    entry = await GetEntryAsync(id, default, linked.Token).ConfigureAwait(false);
                    last = entry.Status;
                }

                progress?.Report(last!.Value);
                if (last == EntryStatus.Active && entry is not null)
                {
                    return entry;
                }

                if (last is EntryStatus.Failed or EntryStatus.Disabled)
                {
                    throw new UploadFailedException(Format(RevisionMessages.WaitFailed, id, last)) { Target = id, EntryId = id.Uuid };
                }

                if (timeout <= TimeSpan.Zero)
                {
                    throw TimedOut(id, timeout, last, null);
                }

                await Task.Delay(wait, _options.TimeProvider, linked.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw TimedOut(id, timeout, last, e);
        }
    }

    /// <summary>The status; or that the service has no such route, as those of before 2026 (Protocol §7).</summary>
    private async Task<(EntryStatus? Status, bool HasRoute)> LookAsync(EntryId id, CancellationToken ct)
    {
        try
        {
            return (await GetEntryStatusAsync(id, ct).ConfigureAwait(false), true);
        }
        catch (NotFoundException e) when (e.ServiceDetail is "Not Found" or null)
        {
            return (null, false);
        }
        catch (InvalidRequestException e) when (e.StatusCode == System.Net.HttpStatusCode.MethodNotAllowed)
        {
            return (null, false);
        }
    }

    private static ServiceTimeoutException TimedOut(EntryId id, TimeSpan timeout, EntryStatus? last, Exception? inner) =>
        new(Format(RevisionMessages.WaitTimedOut, id, timeout.TotalSeconds, last is null ? RevisionMessages.WaitUnknown : last), inner) { Target = id, EntryId = id.Uuid };
}
