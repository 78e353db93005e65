using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;
using SmaPowerShell = System.Management.Automation.PowerShell;

namespace FutureHouse.Shell;

/// <summary>One runspace with the module imported, and the ways to run something in it.</summary>
internal sealed class ShellSession : IDisposable
{
    private readonly ShellHost _host;
    private readonly Runspace _runspace;
    private SmaPowerShell? _running;

    public ShellSession(bool nonInteractive)
    {
        _host = new ShellHost(nonInteractive);
        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = ExecutionPolicy.RemoteSigned;
        }

        state.Commands.Add(new SessionStateCmdletEntry("Format-Table", typeof(FormatTableCommand), null));
        state.Commands.Add(new SessionStateCmdletEntry("Format-List", typeof(FormatListCommand), null));
        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.Open();
        Runspace.DefaultRunspace = _runspace;
        Console.CancelKeyPress += OnCancelKey;

        using var stream = typeof(ShellSession).Assembly.GetManifestResourceStream("Functions.ps1")!;
        using var reader = new StreamReader(stream);
        using var shell = NewShell();
        shell.AddScript(reader.ReadToEnd(), useLocalScope: false).Invoke();
    }

    /// <summary>Imports the module whose manifest is beside the shell or in a folder above it.</summary>
    /// <exception cref="RuntimeException">It is not there, or cannot be imported.</exception>
    public void ImportModule()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var manifest = Path.Combine(folder.FullName, "FutureHouse.psd1");
            if (File.Exists(manifest))
            {
                using var shell = NewShell();
                shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", ActionPreference.Stop).Invoke();
                return;
            }
        }

        throw new RuntimeException("FutureHouse.psd1 is neither beside the shell nor in a folder above it: run the shell from where the module is.");
    }

    public int Run(string command) => Execute(shell => shell.AddScript(command, useLocalScope: false));

    public int RunFile(string path, IReadOnlyList<string> arguments)
    {
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"There is no script at '{path}'.");
            return 64;
        }

        // The arguments pass through the engine's own binder, so that -Name value and -Switch work as in pwsh; quoting keeps values values.
        var words = arguments.Select(a => a.StartsWith('-') && a.Length > 1 && char.IsLetter(a[1]) ? a : Quote(a));
        return Execute(shell => shell.AddScript($"& {Quote(path)} {string.Join(' ', words)}", useLocalScope: false));
    }

    public int Prompt()
    {
        while (_host.ExitCode is null)
        {
            Console.Write($"FH {_runspace.SessionStateProxy.Path.CurrentLocation}> ");
            var line = Console.ReadLine();
            if (line is null)
            {
                break;
            }

            // An open brace or quote goes on in the next line, as in pwsh.
            while (IsIncomplete(line))
            {
                Console.Write(">> ");
                if (Console.ReadLine() is not { } more)
                {
                    break;
                }

                line += "\n" + more;
            }

            if (!string.IsNullOrWhiteSpace(line))
            {
                Execute(shell => shell.AddScript(line, useLocalScope: false));
            }
        }

        return _host.ExitCode ?? 0;
    }

    public void Dispose()
    {
        Console.CancelKeyPress -= OnCancelKey;
        using (var shell = NewShell())
        {
            // Ends a local platform that the session started.
            shell.AddScript("Remove-Module FutureHouse -ErrorAction Ignore").Invoke();
        }

        _runspace.Dispose();
    }

    private static string Quote(string value) => "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";

    private static bool IsIncomplete(string text)
    {
        System.Management.Automation.Language.Parser.ParseInput(text, out _, out var errors);
        return errors.Any(e => e.IncompleteInput);
    }

    private int Execute(Func<SmaPowerShell, SmaPowerShell> build)
    {
        using var shell = NewShell();
        build(shell);
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        _running = shell;
        try
        {
            // Only what goes into the history leaves its mark on $?.
            shell.Invoke(null, new PSInvocationSettings { AddToHistory = true });
        }
        catch (PipelineStoppedException)
        {
            return 130;
        }
        catch (RuntimeException e)
        {
            Show(e.ErrorRecord);
            return _host.ExitCode ?? 1;
        }
        finally
        {
            _running = null;
            _host.Progress.Clear();
        }

        return _host.ExitCode ?? (_runspace.SessionStateProxy.GetVariable("?") is false ? 1 : 0);
    }

    private void Show(ErrorRecord error)
    {
        using var shell = NewShell();
        shell.AddCommand("Out-Default");
        var shown = PSObject.AsPSObject(error);
        shown.Properties.Add(new PSNoteProperty("writeErrorStream", true));
        shell.Invoke(new[] { shown });
    }

    private SmaPowerShell NewShell()
    {
        var shell = SmaPowerShell.Create();
        shell.Runspace = _runspace;
        return shell;
    }

    private void OnCancelKey(object? sender, ConsoleCancelEventArgs e)
    {
        e.Cancel = true; // The command ends, the session goes on.
        _running?.BeginStop(null, null);
    }
}
