namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>Clears away what crashes and abandoned sessions leave: temporaries at start, expired sessions at start and every hour.</summary>
internal sealed class StoreSweeper(ObjectStore store, TimeProvider clock, TimeSpan sessionLifetime, bool shared) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Of files, the time is the system's own. Where other processes write, theirs are let alone for a while.
        store.RemoveLeftovers(shared ? DateTimeOffset.UtcNow - Interval : DateTimeOffset.MaxValue);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first pass walks the whole store: not on the thread that starts the host.
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                // Twice its life: until then the session answers 410 (gone), afterwards 404.
                await store.RemoveExpiredSessionsAsync(clock.GetUtcNow() - (2 * sessionLifetime), stoppingToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
