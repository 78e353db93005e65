namespace FutureHouse.LocalPlatform.Hosting;

/// <summary>A lifetime that listens to no signal: the program decides which ones count, and the host of a test none. (The framework's own stops at every Ctrl+C.)</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
