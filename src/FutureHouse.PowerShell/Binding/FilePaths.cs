using System.Globalization;
using System.Management.Automation;
using System.Security;
using FutureHouse.Errors;

namespace FutureHouse.PowerShell.Binding;

/// <summary>
/// Resolves what a user calls a path: relative to the current location, of the file system alone. A path that exists is that path, brackets and all; only then is it a pattern, and the folders
/// that its beginning names are taken to the letter too where they exist.
/// </summary>
internal static class FilePaths
{
    private const string FileSystem = "FileSystem";

    /// <summary>Stands before a path that is meant to the letter. No path has it.</summary>
    private const char LiteralMark = '\0';

    /// <summary>Marks a path as one that is meant to the letter.</summary>
    public static string Mark(string path) => LiteralMark + Shown(path);

    /// <summary>The path as the user knows it.</summary>
    public static string Shown(string path) => path.TrimStart(LiteralMark);

    /// <summary>The items that a path stands for; none for a pattern that nothing matches.</summary>
    /// <exception cref="PathNotFoundException">A path without wildcards leads nowhere, or the pattern is none.</exception>
    /// <exception cref="PathUnreadableException">It is on another provider.</exception>
    public static IReadOnlyList<string> Resolve(PSCmdlet cmdlet, string path) => Guarded(path, () =>
    {
        var shown = Shown(path);
        if (AsItIs(cmdlet, shown) is { } there && (Exists(there) || path[0] == LiteralMark))
        {
            return [there];
        }

        var full = Full(cmdlet, shown);
        if (path[0] == LiteralMark || Exists(full))
        {
            return [full];
        }

        if (!WildcardPattern.ContainsWildcardCharacters(full))
        {
            return WildcardPattern.Unescape(full) is var escaped && Exists(escaped) ? [escaped] : throw NotFound(shown);
        }

        foreach (var part in full.Split('/', Path.DirectorySeparatorChar))
        {
            // Which says what is wrong with a pattern that is none, where PowerShell would find nothing.
            _ = WildcardPattern.Get(part, WildcardOptions.None).IsMatch(part);
        }

        try
        {
            return cmdlet.GetResolvedProviderPathFromPSPath(LiteralAsFarAsThere(full), out _);
        }
        catch (ItemNotFoundException)
        {
            return [];
        }
    });

    /// <summary>The full path that a literal path stands for, whether or not there is something.</summary>
    /// <exception cref="PathNotFoundException">There is no such drive.</exception>
    /// <exception cref="PathUnreadableException">It is on another provider.</exception>
    public static string Literal(PSCmdlet cmdlet, string path) => Guarded(path, () => Full(cmdlet, Shown(path)));

    /// <summary>The path without PowerShell's reading of it, which takes <c>\</c> for <c>/</c> and <c>a:</c> for a drive; <see langword="null"/> elsewhere than in the file system.</summary>
    private static string? AsItIs(PSCmdlet cmdlet, string path) =>
        Path.IsPathFullyQualified(path) ? path
        : cmdlet.SessionState.Path.CurrentLocation is { Provider.Name: FileSystem } here && Path.GetFullPath(path, here.ProviderPath) is var full && Exists(full) ? full
        : null;

    private static string Full(PSCmdlet cmdlet, string path)
    {
        var full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        Require(provider, path);
        return full;
    }

    /// <summary>Escapes the folders at the beginning of a pattern that exist by that very name.</summary>
    private static string LiteralAsFarAsThere(string pattern)
    {
        var known = 0;
        for (var at = pattern.IndexOfAny(['/', Path.DirectorySeparatorChar], 0); at >= 0; at = pattern.IndexOfAny(['/', Path.DirectorySeparatorChar], at + 1))
        {
            if (at > 0 && !Directory.Exists(pattern[..at]))
            {
                break;
            }

            known = at + 1;
        }

        return WildcardPattern.Escape(pattern[..known]) + pattern[known..];
    }

    /// <summary>A link counts, wherever it leads: what is wrong with it is said when it is read.</summary>
    private static bool Exists(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ItemNotFoundException e)
        {
            throw NotFound(Shown(path), e);
        }
        catch (Exception e) when (e is (RuntimeException and not PipelineStoppedException) or ArgumentException or NotSupportedException or IOException or UnauthorizedAccessException or SecurityException)
        {
            throw new PathNotFoundException(e.Message, e) { Target = Shown(path) };
        }
    }

    private static void Require(ProviderInfo provider, string path)
    {
        if (!string.Equals(provider.Name, FileSystem, StringComparison.OrdinalIgnoreCase))
        {
            throw new PathUnreadableException(string.Format(CultureInfo.CurrentCulture, CmdletStrings.NotFileSystem, path, provider.Name)) { Target = path };
        }
    }

    private static PathNotFoundException NotFound(string path, Exception? inner = null) => new(string.Format(CultureInfo.CurrentCulture, CmdletStrings.PathNotFound, path), inner) { Target = path };
}
