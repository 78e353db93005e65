namespace FutureHouse.Shell;

/// <summary>What the command line asks for: one command, one file, or a prompt.</summary>
internal sealed record ShellArguments
{
    public const string Usage = """
        usage: FutureHouse.Shell [-NonInteractive] [-Command TEXT... | -File PATH [ARGUMENT...]]

          -Command TEXT      run TEXT and end; the exit code is 0, 1 after an error, or what `exit` says
          -File PATH ...     run a script with arguments (-Name value, -Switch, values) and end
          -NonInteractive    never ask: a question is an error
          -Help              show this

        With neither -Command nor -File it prompts. The FutureHouse module is already imported.
        """;

    public string? Command { get; private init; }

    public string? File { get; private init; }

    public IReadOnlyList<string> FileArguments { get; private init; } = [];

    public bool NonInteractive { get; private init; }

    public bool Help { get; private init; }

    /// <exception cref="ArgumentException">An argument is unknown or lacks its value.</exception>
    public static ShellArguments Parse(string[] args)
    {
        var result = new ShellArguments();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i].TrimStart('-').ToLowerInvariant())
            {
                case "noninteractive":
                    result = result with { NonInteractive = true };
                    break;
                case "noprofile" or "nologo":
                    break; // There is neither; accepted so that command lines written for pwsh work.
                case "h" or "help" or "?":
                    return result with { Help = true };
                case "c" or "command" when i + 1 < args.Length:
                    return result with { Command = string.Join(' ', args[(i + 1)..]) };
                case "f" or "file" when i + 1 < args.Length:
                    return result with { File = Path.GetFullPath(args[i + 1]), FileArguments = args[(i + 2)..] };
                default:
                    throw new ArgumentException($"'{args[i]}' is unknown, or its value is missing.");
            }
        }

        return result;
    }
}
