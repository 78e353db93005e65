using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>What goes over the wire, as a proxy in between sees it.</summary>
public sealed class ProtocolTests : ConnectedTests
{
    /// <summary>§1: what every call carries.</summary>
    [Fact]
    public async Task Every_call_has_the_protocols_headers()
    {
        await using var proxy = await RecordingProxy.StartAsync(Platform.Url);
        using var session = new TypedSession();
        session.Set("service", proxy.Url.ToString());
        session.Set("key", PlatformFixture.Ann.ApiKey);
        session.Good("""
            $c = Connect-Fh -ApiKey $key -ServiceUri $service
            $d = New-FhDataset d
            $e = New-FhTextContent -Name a -Content b -DatasetId $d
            $null = $e | Update-FhData -Content c; $null = Get-FhDataRevision $e; $null = Find-FhDataEntry a; $null = Get-FhDataset $d; $null = Wait-FhDataEntry $e
            Set-FhDataTag $e -Tag t; Remove-FhDataEntry $e -Force; Remove-FhDataset $d -Force
            """);
        Assert.True(proxy.Requests.Count >= 10, $"{proxy.Requests.Count} requests");
        Assert.All(proxy.Requests, request =>
        {
            Assert.Equal("sdk", request.Headers["x-client"]);
            Assert.Equal("application/json", request.Headers["content-type"]);
            Assert.Equal(request.Path != "/auth/login", request.Headers.GetValueOrDefault("authorization")?.StartsWith("Bearer ", StringComparison.Ordinal) == true);
        });
    }
}
