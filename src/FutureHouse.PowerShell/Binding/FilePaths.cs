using System.Globalization;
using System.Management.Automation;
using FutureHouse.Errors;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Resolves what a user calls a path: relative to the current location, with wildcards or literally, of the file system alone.</summary>
internal static class FilePaths
{
    private const string FileSystem = "FileSystem";

    /// <summary>The files that a path with wildcards stands for.</summary>
    /// <exception cref="PathNotFoundException">A path without wildcards leads nowhere.</exception>
    /// <exception cref="PathUnreadableException">It is on another provider.</exception>
    public static IReadOnlyList<string> Matching(PSCmdlet cmdlet, string path)
    {
        try
        {
            var found = cmdlet.GetResolvedProviderPathFromPSPath(path, out var provider);
            Require(provider, path);
            return found;
        }
        catch (ItemNotFoundException)
        {
            throw NotFound(path);
        }
        catch (Exception e) when (e is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or NotSupportedException)
        {
            throw new PathNotFoundException(e.Message, e) { Target = path };
        }
    }

    /// <summary>The full path that a literal path stands for, whether or not there is something.</summary>
    /// <exception cref="PathNotFoundException">There is no such drive.</exception>
    /// <exception cref="PathUnreadableException">It is on another provider.</exception>
    public static string Literal(PSCmdlet cmdlet, string path)
    {
        try
        {
            var full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            Require(provider, path);
            return full;
        }
        catch (Exception e) when (e is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or NotSupportedException)
        {
            throw new PathNotFoundException(e.Message, e) { Target = path };
        }
    }

    private static void Require(ProviderInfo provider, string path)
    {
        if (!string.Equals(provider.Name, FileSystem, StringComparison.OrdinalIgnoreCase))
        {
            throw new PathUnreadableException(string.Format(CultureInfo.CurrentCulture, CmdletStrings.NotFileSystem, path, provider.Name)) { Target = path };
        }
    }

    private static PathNotFoundException NotFound(string path) => new(string.Format(CultureInfo.CurrentCulture, CmdletStrings.PathNotFound, path)) { Target = path };
}
