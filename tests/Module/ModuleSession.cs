using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>A session of the real engine with the module imported through its manifest, as a user has it.</summary>
public sealed class ModuleSession : IDisposable
{
    private readonly Runspace _runspace;

    /// <summary>Opens a session.</summary>
    /// <param name="prepare">A script to run before the module is imported.</param>
    public ModuleSession(string? prepare = null)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThreadOptions = PSThreadOptions.UseCurrentThread;
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
        if (prepare is not null)
        {
            Run(prepare);
        }

        Run($"Import-Module '{Path.Combine(Repository.Root, "FutureHouse.psd1")}' -ErrorAction Stop");
    }

    /// <summary>Errors of the last run.</summary>
    public IReadOnlyList<ErrorRecord> Errors { get; private set; } = [];

    /// <summary>Verbose lines of the last run.</summary>
    public IReadOnlyList<string> Verbose { get; private set; } = [];

    /// <summary>Progress records of the last run.</summary>
    public IReadOnlyList<ProgressRecord> Progress { get; private set; } = [];

    /// <summary>Runs a script; what ends it is its last error.</summary>
    /// <param name="script">As a user types it.</param>
    /// <returns>What came out.</returns>
    public IReadOnlyList<PSObject> Run(string script)
    {
        using var shell = Shell(script);
        var output = new PSDataCollection<PSObject>();
        var errors = new List<ErrorRecord>();
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            errors.Add(e.ErrorRecord);
        }

        errors.InsertRange(0, shell.Streams.Error);
        Errors = errors;
        Verbose = [.. shell.Streams.Verbose.Select(v => v.Message)];
        Progress = [.. shell.Streams.Progress];
        return [.. output];
    }

    /// <summary>Runs a script that must go without an error.</summary>
    /// <param name="script">As a user types it.</param>
    /// <returns>What came out.</returns>
    public IReadOnlyList<PSObject> Good(string script)
    {
        var output = Run(script);
        Assert.True(Errors.Count == 0, string.Join("\n", Errors.Select(e => $"{e.FullyQualifiedErrorId}: {e}")));
        return output;
    }

    /// <summary>Runs a script that must end in one error.</summary>
    /// <param name="script">As a user types it.</param>
    /// <param name="id">The error's id, without the cmdlet's name.</param>
    /// <returns>The error.</returns>
    public ErrorRecord Bad(string script, string id)
    {
        Run(script);
        var error = Assert.Single(Errors);
        Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.False(string.IsNullOrEmpty(error.ErrorDetails?.RecommendedAction), "says what to do next");
        return error;
    }

    /// <summary>A shell over the session, for what <see cref="Run"/> cannot do.</summary>
    /// <param name="script">As a user types it.</param>
    /// <returns>The shell; its caller disposes of it.</returns>
    public PowerShell Shell(string script)
    {
        var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        shell.AddScript(script);
        return shell;
    }

    /// <summary>Connects to a platform of the tests.</summary>
    /// <param name="platform">The platform.</param>
    /// <returns>This session.</returns>
    public ModuleSession Connect(PlatformFixture platform)
    {
        Good($"$null = Connect-Fh -ApiKey '{PlatformFixture.Ann.ApiKey}' -ServiceUri '{platform.Url}'");
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Run("Disconnect-Fh");
        _runspace.Dispose();
    }
}
