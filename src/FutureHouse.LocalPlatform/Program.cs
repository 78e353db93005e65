using System.Runtime.InteropServices;
using System.Text.Json;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform;

/// <summary>Entry point of the platform as a process of its own.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        LocalPlatformOptions? options;
        try
        {
            options = CommandLine.Parse(args);
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}\n{CommandLine.Usage}");
            return 2;
        }

        if (options is null)
        {
            Console.WriteLine(CommandLine.Usage);
            return 0;
        }

        // From the first moment on: the interrupt of the terminal's foreground group is the session's.
        using var interrupt = options.IgnoreInterrupt ? PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true) : null;
        try
        {
            await using var host = await LocalPlatformHost.StartAsync(options);
            using var terminated = StopAt(PosixSignal.SIGTERM, host);
            using var interrupted = options.IgnoreInterrupt ? null : StopAt(PosixSignal.SIGINT, host);
            Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object> { ["url"] = host.Url.ToString().TrimEnd('/'), ["pid"] = Environment.ProcessId }));
            StopWithStandardInput(host);
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (StoreInUseException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 3;
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (DatabaseUnavailableException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"The platform could not start: {e.Message}");
            return 1;
        }
    }

    /// <summary>Stops the platform, cleanly, when a signal comes.</summary>
    private static PosixSignalRegistration StopAt(PosixSignal signal, LocalPlatformHost host) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        host.Stop();
    });

    /// <summary>A parent holds the other end of the pipe: when it is gone, however it went, so are we. A terminal or a null device says nothing.</summary>
    private static void StopWithStandardInput(LocalPlatformHost host)
    {
        if (!Console.IsInputRedirected)
        {
            return;
        }

        var input = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(OperatingSystem.IsWindows() ? GetStdHandle(-10) : 0, ownsHandle: false), FileAccess.Read, 1);
        if (input.CanSeek)
        {
            return; // a file or the null device
        }

        var reader = new Thread(() =>
        {
            var buffer = new byte[256];
            try
            {
                while (input.Read(buffer, 0, buffer.Length) > 0)
                {
                }
            }
            catch (IOException)
            {
                // Broken off counts as closed.
            }

            host.Stop();
        })
        { IsBackground = true, Name = "standard input" };
        reader.Start();
    }

    [DllImport("kernel32.dll"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint GetStdHandle(int handle);
}
