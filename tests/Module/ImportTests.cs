using System.Diagnostics.Tracing;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>What importing does, and does not.</summary>
public sealed class ImportTests
{
    [Fact]
    public void Importing_opens_no_connection()
    {
        using var listener = new SocketListener();
        using (var session = new TypedSession())
        {
            session.Good("Get-Command -Module FutureHouse | Out-Null");
        }

        Assert.Equal(0, listener.Connects);
    }

    [Fact]
    public async Task Importing_writes_nothing()
    {
        using var home = new TempDirectory();
        var (code, output, error) = await ProgramRun.RunInAsync(home.Path, "FutureHouse.Shell", "-Command", "(Get-Module FutureHouse).Name");
        Assert.True(code == 0, error);
        Assert.Contains("FutureHouse", output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(home.Path, "*", SearchOption.AllDirectories));
    }

    private sealed class SocketListener : EventListener
    {
        private int _connects;

        public int Connects => Volatile.Read(ref _connects);

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Net.Sockets")
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName == "ConnectStart")
            {
                Interlocked.Increment(ref _connects);
            }
        }
    }
}
