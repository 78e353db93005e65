using System.Diagnostics;
using FutureHouse.Authentication;
using FutureHouse.Errors;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

public sealed class LocalPlatformProcessTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "FutureHouse.LocalPlatform.dll");

    [Fact]
    public async Task It_starts_is_joined_by_a_second_session_and_ends_with_the_first()
    {
        using var folder = new TempDirectory();
        var options = new LocalPlatformOptions { AssemblyPath = Assembly, StoreDirectory = folder.Combine("store") };
        using var first = await LocalPlatformProcess.OpenAsync(options, None);
        Assert.True(first.IsOwned);
        Assert.True(first.ServiceUri.IsLoopback);

        using (var second = await LocalPlatformProcess.OpenAsync(options, None))
        {
            Assert.False(second.IsOwned);
            Assert.Equal(first.ServiceUri.Port, second.ServiceUri.Port);
            using var connection = await Connection.OpenAsync(Clients.Options(second.ServiceUri, TimeProvider.System) with { ApiKey = second.GetApiKey() }, second, None);
            Assert.True(connection.IsLocal);
            Assert.Equal(options.StoreDirectory, connection.LocalPath);
        }

        using var process = Process.GetProcessById(first.ProcessId!.Value);
        Assert.False(process.HasExited);
        first.Dispose();
        Assert.True(process.WaitForExit(30_000));
    }

    [Fact]
    public async Task A_platform_that_is_not_built_is_said_to_be_missing()
    {
        using var folder = new TempDirectory();
        var error = await Assert.ThrowsAsync<NotConnectedException>(() =>
            LocalPlatformProcess.OpenAsync(new LocalPlatformOptions { AssemblyPath = folder.Combine("none.dll"), StoreDirectory = folder.Combine("store") }, None));
        Assert.Contains("none.dll", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_cannot_be_used_is_named_with_the_reason()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.Combine("file"), "x", None);
        var error = await Assert.ThrowsAsync<NotConnectedException>(() =>
            LocalPlatformProcess.OpenAsync(new LocalPlatformOptions { AssemblyPath = Assembly, StoreDirectory = folder.Combine("file") }, None));
        Assert.Contains(folder.Combine("file"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_platform_says_when_it_does_not_start_is_passed_on()
    {
        using var folder = new TempDirectory();
        // The unit tests' own assembly is no platform: it ends with words of its own.
        var error = await Assert.ThrowsAsync<NotConnectedException>(() => LocalPlatformProcess.OpenAsync(
            new LocalPlatformOptions { AssemblyPath = Path.Combine(AppContext.BaseDirectory, "FutureHouse.Engine.dll"), StoreDirectory = folder.Combine("store") }, None));
        Assert.Contains("did not start", error.Message, StringComparison.Ordinal);
    }
}
