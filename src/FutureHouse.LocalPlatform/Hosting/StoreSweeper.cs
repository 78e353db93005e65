namespace FutureHouse.LocalPlatform.Hosting;

/// <summary>What gathers in a store while it is served, and is of no use any more.</summary>
internal interface ISweep
{
    /// <summary>Removes what only the end of an earlier process can have left; before anything is served.</summary>
    void Start()
    {
    }

    /// <summary>Removes what is too old.</summary>
    Task PassAsync(CancellationToken cancellationToken);
}

/// <summary>Makes a pass of every sweep at the start and every hour of the platform's clock. A pass that fails is made again an hour later.</summary>
internal sealed partial class StoreSweeper(IEnumerable<ISweep> sweeps, TimeProvider clock, ILogger<StoreSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var sweep in sweeps)
        {
            sweep.Start();
        }

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
                foreach (var sweep in sweeps)
                {
                    await PassAsync(sweep, stoppingToken).ConfigureAwait(false);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task PassAsync(ISweep sweep, CancellationToken stoppingToken)
    {
        try
        {
            await sweep.PassAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailure(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is of no use any more could not be removed yet")]
    private partial void LogFailure(Exception exception);
}
