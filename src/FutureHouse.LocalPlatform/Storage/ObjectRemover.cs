namespace FutureHouse.LocalPlatform.Storage;

/// <summary>Removes the objects of removed entries in the background, batch by batch; at the start those that a crash has left.</summary>
internal sealed partial class ObjectRemover(PlatformStore store, ILogger<ObjectRemover> logger) : BackgroundService
{
    private const int Batch = 500;

    // What could not be removed (somebody reads it; the database is down) is tried again.
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                await store.RemovalsWanted.WaitAsync(Again, stoppingToken);
                while (store.RemovalsWanted.Wait(0, CancellationToken.None))
                {
                    // One pass serves all who asked before it.
                }

                await PassAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task PassAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var after = string.Empty; after is not null;)
            {
                after = await store.RemoveDoomedObjectsAsync(after, Batch, stoppingToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailure(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Objects of removed entries could not be removed yet")]
    private partial void LogFailure(Exception exception);
}
