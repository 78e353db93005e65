using System.Globalization;
using System.Management.Automation.Host;

namespace FutureHouse.Shell;

/// <summary>What the engine asks of the program around it.</summary>
internal sealed class ShellHost(bool nonInteractive) : PSHost
{
    private readonly ShellUserInterface _ui = new(nonInteractive);

    /// <summary>What <c>exit</c> said, once it was said.</summary>
    public int? ExitCode { get; private set; }

    public ProgressBars Progress => _ui.Progress;

    public override string Name => "FutureHouse.Shell";

    public override Version Version { get; } = typeof(ShellHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _ui;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("This shell has no nested prompt; use pwsh.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("This shell has no nested prompt; use pwsh.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
