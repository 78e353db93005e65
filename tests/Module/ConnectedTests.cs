using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Tests that begin with a session of Ann's, connected to a platform of the test's own.</summary>
public abstract class ConnectedTests : IAsyncLifetime
{
    /// <summary>The session.</summary>
    private protected TypedSession Session { get; } = new();

    /// <summary>The platform.</summary>
    private protected PlatformFixture Platform { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Platform = await PlatformFixture.StartAsync();
        Session.Connect(Platform);
        Prepare();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Platform.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What the tests of a class need besides.</summary>
    protected virtual void Prepare()
    {
    }
}
