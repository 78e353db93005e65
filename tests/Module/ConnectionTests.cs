using System.Management.Automation;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Connections, refusals and secrets.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public void Without_a_connection_the_error_names_the_three_ways_to_one()
    {
        using var session = new TypedSession();
        var result = session.Run("Get-FhDataEntry 11111111-2222-4333-8444-555555555555");
        Assert.Equal("FhNotConnected", result.TerminatingId);
        foreach (var way in (string[])["Connect-Fh", "EDISON_PLATFORM_API_KEY", "Connect-Fh -Local"])
        {
            Assert.Contains(way, result.Terminating!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_environment_connects_at_the_first_use_and_a_newline_is_no_part_of_a_key()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var session = new TypedSession();
        try
        {
            Environment.SetEnvironmentVariable("EDISON_PLATFORM_API_KEY", PlatformFixture.Ann.ApiKey + "\r\n");
            Environment.SetEnvironmentVariable("FUTUREHOUSE_SERVICE_URI", platform.Url.ToString());
            session.Run("New-FhTextContent -Name a -Content b").Single();
            Assert.Equal(platform.Url, session.Run("(Get-FhConnection).ServiceUri").Single().BaseObject);
        }
        finally
        {
            Environment.SetEnvironmentVariable("EDISON_PLATFORM_API_KEY", null);
            Environment.SetEnvironmentVariable("FUTUREHOUSE_SERVICE_URI", null);
        }
    }

    [Fact]
    public async Task A_wrong_key_and_a_dead_service_end_the_command_and_show_no_key()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var session = new TypedSession();
        session.Set("service", platform.Url.ToString());
        var refused = session.Run("Connect-Fh -ApiKey wrong-key-0123456789 -ServiceUri $service -Verbose");
        Assert.Equal("FhAuthenticationFailed", refused.TerminatingId);
        Assert.DoesNotContain("wrong-key", string.Join('\n', [refused.Terminating!.ToString(), refused.Terminating.Exception.ToString(), .. refused.Verbose]), StringComparison.Ordinal);
        Assert.Equal("FhInvalidRequest", session.Run("Connect-Fh -ApiKey k -ServiceUri http://example.org").TerminatingId);
        Assert.Equal("FhInvalidRequest", session.Run("Connect-Fh -ApiKey k -ServiceUri nowhere").TerminatingId);
        Assert.Empty(session.Run("Get-FhConnection").Ok().Output);
    }

    [Fact]
    public async Task No_property_of_anything_shows_a_secret()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var session = new TypedSession();
        session.Connect(platform);
        session.Set("file", platform.Directory.RandomFile("big.bin", 100_000));
        var result = session.Run("Get-FhConnection; Send-FhFile $file -Verbose -OutVariable entry; Get-FhDataEntry $entry -Verbose").Ok();
        Assert.Contains(result.Verbose, line => line.Contains("data-entries", StringComparison.Ordinal));
        var shown = string.Join('\n', result.Output.SelectMany(o => Walk(o, 0)).Concat(result.Verbose));
        Assert.Contains(platform.Url.ToString(), shown, StringComparison.Ordinal);
        foreach (var secret in (string[])[PlatformFixture.Ann.ApiKey, "X-Goog-Signature", "eyJ"])
        {
            Assert.DoesNotContain(secret, shown, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_connection_that_is_named_works_beside_the_current_one()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var session = new TypedSession();
        session.Set("service", platform.Url.ToString());
        session.Set("ann", PlatformFixture.Ann.ApiKey);
        session.Set("bob", PlatformFixture.Bob.ApiKey);
        session.Run("$a = Connect-Fh $ann -ServiceUri $service; $b = Connect-Fh $bob -ServiceUri $service").Ok();
        session.Run("$e = New-FhTextContent -Name private -Content x -Connection $a").Ok();
        Assert.Equal("FhNotFound", Assert.Single(session.Run("$e | Get-FhDataEntry").ErrorIds));
        session.Run("$e | Get-FhDataEntry -Connection $a").Single();
        session.Run("Disconnect-Fh").Ok();
        session.Run("$e | Get-FhDataEntry -Connection $a").Single();
        Assert.Equal("FhNotConnected", session.Run("New-FhTextContent -Name n -Content x -Connection $b").TerminatingId);
    }

    [Fact]
    public async Task Connections_are_the_runspaces_own()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var one = new TypedSession();
        using var other = new TypedSession();
        one.Connect(platform);
        Assert.Empty(other.Run("Get-FhConnection").Ok().Output);
        other.Run("Disconnect-Fh").Ok();
        one.Run("New-FhTextContent -Name a -Content b").Single();
    }

    [Fact]
    public void A_local_platform_starts_is_joined_and_ends()
    {
        using var directory = new TempDirectory();
        using var session = new TypedSession();
        using var second = new TypedSession();
        session.Set("store", directory.Combine("store"));
        second.Set("store", directory.Combine("store"));
        var first = session.Run("Connect-Fh -Local -Path $store").Single();
        Assert.Equal(true, first.Properties["IsLocal"].Value);
        session.Run("$null = New-FhTextContent -Name here -Content x").Ok();
        var joined = second.Run("Connect-Fh -Local -Path $store").Single();
        Assert.Equal(first.Properties["ServiceUri"].Value, joined.Properties["ServiceUri"].Value);
        session.Run("Disconnect-Fh").Ok();
        var down = second.Run("New-FhTextContent -Name there -Content x");
        Assert.Equal("FhNetwork", down.TerminatingId ?? Assert.Single(down.ErrorIds));
    }

    private static IEnumerable<string> Walk(object? value, int depth)
    {
        if (value is null || depth > 4)
        {
            yield break;
        }

        yield return value.ToString() ?? string.Empty;
        var bare = value is PSObject wrapper ? wrapper.BaseObject : value;
        if (bare is string or ValueType or Uri)
        {
            yield break;
        }

        if (bare is System.Collections.IEnumerable list)
        {
            foreach (var text in list.Cast<object?>().SelectMany(item => Walk(item, depth + 1)))
            {
                yield return text;
            }

            yield break;
        }

        foreach (var property in PSObject.AsPSObject(bare).Properties)
        {
            foreach (var text in Walk(property.Value, depth + 1))
            {
                yield return text;
            }
        }
    }
}
