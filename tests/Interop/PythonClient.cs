using System.Diagnostics;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>Runs the official Python client, unchanged, in a process of its own.</summary>
internal static class PythonClient
{
    /// <summary>Releases, and the environment variable that says where each is.</summary>
    public static TheoryData<string> Releases => ["FH_TEST_PYTHONPATH", "FH_TEST_PYTHONPATH_011"];

    /// <summary>Runs a script in which <c>client</c> is logged in and <c>folder</c> is a <c>pathlib.Path</c>; what it prints is given back.</summary>
    public static async Task<string> RunAsync(string release, PlatformFixture platform, string script, string? apiKey = null)
    {
        Requirement.Tool("python3");
        var path = Environment.GetEnvironmentVariable(release);
        Requirement.Met(!string.IsNullOrEmpty(path), "python-client", $"the environment variable {release} does not say where the official Python client is");

        var start = new ProcessStartInfo("python3") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-");
        start.Environment["PYTHONPATH"] = path;
        start.Environment["TQDM_DISABLE"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["FH_URL"] = platform.Url.ToString().TrimEnd('/');
        start.Environment["FH_KEY"] = apiKey ?? PlatformFixture.Ann.ApiKey;
        start.Environment["FH_FOLDER"] = platform.Directory.Path;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(Prologue + script);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"the Python client failed:\n{await error}\n{await output}");
        return (await output).ReplaceLineEndings("\n").Trim();
    }

    private const string Prologue = """
        import os, pathlib, hashlib, json, uuid
        from edison_client import EdisonClient
        client = EdisonClient(service_uri=os.environ["FH_URL"], api_key=os.environ["FH_KEY"])
        folder = pathlib.Path(os.environ["FH_FOLDER"])
        def sha(path): return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()

        """;
}
