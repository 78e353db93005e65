using System.Net;
using System.Net.Sockets;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Where a session is connected to, and where it is not.</summary>
[Collection("module")]
public sealed class ConnectionTests
{
    [Fact]
    public void Without_a_connection_the_error_says_every_way_to_one()
    {
        using var session = new ModuleSession();
        var error = session.Bad("New-FhDataset x", "FhNotConnected");
        Assert.Contains("Connect-Fh -Local", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("EDISON_PLATFORM_API_KEY", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(session.Good("Get-FhConnection"));
    }

    [Fact]
    public async Task The_environment_connects_at_first_use()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var session = new ModuleSession();
        session.Good($"$env:EDISON_PLATFORM_API_KEY = \"{PlatformFixture.Ann.ApiKey}`n\"; $env:FUTUREHOUSE_SERVICE_URI = '{platform.Url}'");
        try
        {
            session.Good("$null = New-FhDataset x");
            Assert.Equal(platform.Url.ToString(), session.Good("(Get-FhConnection).ServiceUri").Single().ToString());
        }
        finally
        {
            session.Good("$env:EDISON_PLATFORM_API_KEY = $null; $env:FUTUREHOUSE_SERVICE_URI = $null");
        }
    }

    [Fact]
    public async Task A_key_with_stray_white_space_works_and_a_wrong_one_ends_the_command()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var session = new ModuleSession();
        var connection = session.Good($"Connect-Fh -ApiKey \" {PlatformFixture.Ann.ApiKey}`r`n\" -ServiceUri '{platform.Url}'").Single();
        Assert.Equal(["alpha"], (IEnumerable<string>)connection.Properties["Organizations"].Value);
        session.Bad($"Connect-Fh -ApiKey wrong -ServiceUri '{platform.Url}'", "FhAuthenticationFailed");
    }

    [Fact]
    public void A_service_that_is_down_is_a_network_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var session = new ModuleSession();
        session.Bad($"Connect-Fh -ApiKey x -ServiceUri 'http://127.0.0.1:{port}'", "FhNetwork");
    }

    [Fact]
    public void The_local_platform_starts_keeps_what_it_holds_and_is_joined()
    {
        using var folder = new TempDirectory();
        using var session = new ModuleSession();
        var store = folder.Combine("store");
        session.Good($"$c = Connect-Fh -Local -Path '{store}'");
        Assert.True((bool)session.Good("$c.IsLocal").Single().BaseObject);
        session.Good("$e = New-FhTextContent -Name kept -Content 'still here'");
        using (var other = new ModuleSession())
        {
            Assert.Equal(session.Good("$c.ServiceUri").Single().ToString(), other.Good($"(Connect-Fh -Local -Path '{store}').ServiceUri").Single().ToString());
        }

        session.Good("Disconnect-Fh");
        Assert.Empty(session.Good("Get-FhConnection"));
        Assert.Equal("still here", session.Good($"$null = Connect-Fh -Local -Path '{store}'; $e | Get-FhData").Single().BaseObject);
    }
}
