using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace FutureHouse.Shell;

/// <summary>Reads from and writes to the console; messages go to standard error, output to standard output.</summary>
internal sealed class ShellUserInterface(bool nonInteractive) : PSHostUserInterface
{
    public ProgressBars Progress { get; } = new();

    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUserInterface();

    public override bool SupportsVirtualTerminal => !Console.IsOutputRedirected;

    public override string ReadLine()
    {
        RefuseIfNonInteractive();
        return Console.ReadLine() ?? string.Empty;
    }

    public override SecureString ReadLineAsSecureString()
    {
        RefuseIfNonInteractive();
        var value = new SecureString();
        if (Console.IsInputRedirected)
        {
            foreach (var c in Console.ReadLine() ?? string.Empty)
            {
                value.AppendChar(c);
            }

            return value;
        }

        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace && value.Length > 0)
            {
                value.RemoveAt(value.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                value.AppendChar(key.KeyChar);
            }
        }

        Console.WriteLine();
        return value;
    }

    public override void Write(string value) => Out(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        if (Console.IsOutputRedirected)
        {
            Out(value);
            return;
        }

        Console.ForegroundColor = foregroundColor;
        Out(value);
        Console.ResetColor();
    }

    public override void WriteLine(string value) => Out(value + Environment.NewLine);

    public override void WriteErrorLine(string value) => Message(value);

    public override void WriteWarningLine(string message) => Message("WARNING: " + message);

    public override void WriteVerboseLine(string message) => Message("VERBOSE: " + message);

    public override void WriteDebugLine(string message) => Message("DEBUG: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record) => Progress.Show(record);

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RefuseIfNonInteractive();
        Message(caption);
        Message(message);
        var labels = choices.Select(c => c.Label.Replace("&", string.Empty, StringComparison.Ordinal)).ToArray();
        var keys = choices.Select(c => c.Label[(c.Label.IndexOf('&', StringComparison.Ordinal) + 1)..][..1]).ToArray();
        while (true)
        {
            Console.Error.Write(string.Join("  ", keys.Zip(labels, (k, l) => $"[{k}] {l}")));
            Console.Error.Write(defaultChoice >= 0 ? $" (default is \"{keys[defaultChoice]}\"): " : ": ");
            var answer = Console.ReadLine()?.Trim();
            if (string.IsNullOrEmpty(answer) && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            var chosen = Array.FindIndex(keys, k => k.Equals(answer, StringComparison.OrdinalIgnoreCase));
            chosen = chosen >= 0 ? chosen : Array.FindIndex(labels, l => l.Equals(answer, StringComparison.OrdinalIgnoreCase));
            if (chosen >= 0)
            {
                return chosen;
            }

            if (answer is null)
            {
                throw new PSInvalidOperationException("The input ended before the question was answered.");
            }
        }
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        RefuseIfNonInteractive();
        var answers = new Dictionary<string, PSObject>();
        foreach (var field in descriptions)
        {
            Console.Error.Write(field.Name + ": ");
            object answer = field.ParameterTypeName == nameof(SecureString) ? ReadLineAsSecureString() : ReadLine();
            answers[field.Name] = PSObject.AsPSObject(answer);
        }

        return answers;
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        RefuseIfNonInteractive();
        Message(caption);
        Message(message);
        if (string.IsNullOrEmpty(userName))
        {
            Console.Error.Write("User: ");
            userName = ReadLine();
        }

        Console.Error.Write($"Password for {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private void RefuseIfNonInteractive()
    {
        if (nonInteractive)
        {
            throw new PSInvalidOperationException("The shell is non-interactive (-NonInteractive) and cannot ask; give the value on the command line, or -Confirm:$false.");
        }
    }

    private void Out(string value)
    {
        Progress.Clear();
        Console.Out.Write(GetOutputString(value, SupportsVirtualTerminal)); // colours are for terminals
    }

    private void Message(string value)
    {
        Progress.Clear();
        Console.Error.WriteLine(value);
    }
}
