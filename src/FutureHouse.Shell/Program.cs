using System.Management.Automation;

namespace FutureHouse.Shell;

/// <summary>Entry point of the shell.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        ShellArguments arguments;
        try
        {
            arguments = ShellArguments.Parse(args);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
            Console.Error.WriteLine(ShellArguments.Usage);
            return 64;
        }

        if (arguments.Help)
        {
            Console.WriteLine(ShellArguments.Usage);
            return 0;
        }

        using var session = new ShellSession(arguments.NonInteractive);
        try
        {
            session.ImportModule();
        }
        catch (RuntimeException e)
        {
            Console.Error.WriteLine(e.Message);
            return 70;
        }

        if (arguments.Command is not null)
        {
            return session.Run(arguments.Command);
        }

        if (arguments.File is not null)
        {
            return session.RunFile(arguments.File, arguments.FileArguments);
        }

        return session.Prompt();
    }
}
