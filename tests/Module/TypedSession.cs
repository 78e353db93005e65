using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>What a script gave.</summary>
internal sealed record ScriptResult(IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors, IReadOnlyList<ProgressRecord> Progress, IReadOnlyList<string> Verbose, IReadOnlyList<string> Host, ErrorRecord? Terminating)
{
    /// <summary>The only object there is, of errors there being none.</summary>
    public PSObject Single()
    {
        Ok();
        return Assert.Single(Output);
    }

    /// <summary>Fails where there was an error.</summary>
    public ScriptResult Ok()
    {
        Assert.True(Terminating is null, $"{Terminating?.FullyQualifiedErrorId}: {Terminating}");
        Assert.True(Errors.Count == 0, string.Join('\n', Errors.Select(e => $"{e.FullyQualifiedErrorId}: {e}")));
        return this;
    }

    /// <summary>The ids of the non-terminating errors, without the cmdlet's name.</summary>
    public IEnumerable<string> ErrorIds => Errors.Select(Id);

    /// <summary>The id of the error that ended it.</summary>
    public string? TerminatingId => Terminating is null ? null : Id(Terminating);

    private static string Id(ErrorRecord record) => record.FullyQualifiedErrorId.Split(',')[0];
}

/// <summary>A session of the real engine with the module as it ships, in which commands are run as a user types them.</summary>
internal sealed class TypedSession : IDisposable
{
    private readonly TestHost _host = new();

    /// <summary>Imports the module.</summary>
    public TypedSession()
    {
        ForeignLibraries.Load();
        Environment.SetEnvironmentVariable("EDISON_PLATFORM_API_KEY", null);
        Environment.SetEnvironmentVariable("FUTUREHOUSE_API_KEY", null);
        Environment.SetEnvironmentVariable("FUTUREHOUSE_SERVICE_URI", null);
        Environment.SetEnvironmentVariable("FUTUREHOUSE_PATIENCE", "6"); // no outage here is to last minutes
        Runspace = RunspaceFactory.CreateRunspace(_host, InitialSessionState.CreateDefault2());
        Runspace.Open();
        Run($"Import-Module '{Repository.Manifest}' -ErrorAction Stop").Ok();
    }

    public Runspace Runspace { get; }

    /// <summary>What the host was told since the last script.</summary>
    public IReadOnlyList<string> HostLines => _host.Lines;

    /// <summary>Connects to a platform.</summary>
    public TypedSession Connect(PlatformFixture platform, string? key = null)
    {
        Set("service", platform.Url.ToString());
        Set("key", key ?? PlatformFixture.Ann.ApiKey);
        Run("$null = Connect-Fh -ApiKey $key -ServiceUri $service").Ok();
        return this;
    }

    /// <summary>Runs a script that must go without an error.</summary>
    public IReadOnlyList<PSObject> Good(string script) => Run(script).Ok().Output;

    /// <summary>Runs a script that must end in one error, of this id, that says what to do next.</summary>
    public ErrorRecord Bad(string script, string id)
    {
        var result = Run(script);
        var error = Assert.Single(result.Terminating is { } last ? [.. result.Errors, last] : result.Errors);
        Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.False(string.IsNullOrEmpty(error.ErrorDetails?.RecommendedAction), "says what to do next");
        return error;
    }

    public void Set(string name, object? value) => Runspace.SessionStateProxy.SetVariable(name, value);

    /// <summary>Runs a script to its end.</summary>
    public ScriptResult Run(string script)
    {
        using var shell = PowerShell.Create(Runspace);

        // What ends a statement of a script goes to the error stream, like what befalls an item; inside of try it is told apart.
        shell.AddScript($"try {{ . {{\n{script}\n}} }} catch {{ throw }}");
        _host.Lines.Clear();
        ErrorRecord? terminating = null;
        var output = new List<PSObject>();
        try
        {
            output.AddRange(shell.Invoke());
        }
        catch (RuntimeException e)
        {
            terminating = e.ErrorRecord;
        }

        return new ScriptResult(output, [.. shell.Streams.Error], [.. shell.Streams.Progress], [.. shell.Streams.Verbose.Select(v => v.Message)], [.. _host.Lines], terminating);
    }

    public void Dispose()
    {
        Run("Disconnect-Fh; Remove-Module FutureHouse");
        Runspace.Dispose();
    }
}
