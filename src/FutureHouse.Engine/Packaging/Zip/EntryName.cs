using System.Text;
using FutureHouse.Packaging.Placing;

namespace FutureHouse.Packaging.Zip;

/// <summary>Which names of entries are safe to write to and to read from an archive.</summary>
internal static class EntryName
{
    /// <summary>Bytes of a path: Linux's limit.</summary>
    public const int MaximumPath = 4096;

    /// <summary>Why a path cannot go into an archive, or <see langword="null"/>: what our own reader, and other careful ones, would refuse the whole archive for.</summary>
    public static string? WhyNotWritable(string path) => HasDrive(path) ? ZipMessages.WhyDrive : WhyUnsafe(path, windows: false);

    /// <summary>Whether a path starts like one on a drive of Windows, <c>C:</c>. It is refused on every machine, as the archive may be unpacked on any.</summary>
    public static bool HasDrive(string path) => path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]);

    /// <summary>
    /// A path without what is harmless in it: empty parts and <c>.</c>, as in <c>./a</c>, <c>d//a</c> and <c>d/./a</c>. The root itself becomes empty. One that starts with <c>/</c> and goes on is
    /// left as it is, for <see cref="WhyUnsafe"/> to refuse.
    /// </summary>
    public static string Normalize(string path)
    {
        if (path.Trim('/').Length == 0)
        {
            return string.Empty;
        }

        return path[0] == '/' || !(path.StartsWith("./", StringComparison.Ordinal) || path.Contains("//", StringComparison.Ordinal) || path.Contains("/.", StringComparison.Ordinal) || path == ".")
            ? path
            : string.Join('/', path.Split('/').Where(part => part is not ("" or ".")));
    }

    /// <summary>Why a path may not be made, or <see langword="null"/>.</summary>
    /// <param name="path">The path, with <c>/</c> between parts and none at the end.</param>
    /// <param name="windows">Whether Windows's own rules hold too.</param>
    public static string? WhyUnsafe(string path, bool windows)
    {
        if (path.Length == 0)
        {
            return ZipMessages.WhyEmptyName;
        }

        foreach (var c in path)
        {
            if (char.IsControl(c))
            {
                return ZipMessages.WhyControl;
            }

            if (c == '\\')
            {
                return ZipMessages.WhyBackslash;
            }
        }

        if (path[0] == '/' || (windows && path.Length > 1 && path[1] == ':'))
        {
            return ZipMessages.WhyAbsolute;
        }

        if (path.Length > MaximumPath / 4 && Encoding.UTF8.GetByteCount(path) > MaximumPath)
        {
            return ZipText.Format(ZipMessages.WhyLongPath, MaximumPath);
        }

        var rest = path.AsSpan();
        while (true)
        {
            var slash = rest.IndexOf('/');
            var part = slash < 0 ? rest : rest[..slash];
            if (WhyUnsafePart(part, windows) is { } why)
            {
                return why;
            }

            if (slash < 0)
            {
                return null;
            }

            rest = rest[(slash + 1)..];
        }
    }

    private static string? WhyUnsafePart(ReadOnlySpan<char> part, bool windows)
    {
        if (part.IsEmpty || part is "." or "..")
        {
            return ZipMessages.WhyDots;
        }

        if (part.Length > FileNameRules.MaximumLength / 3 && Encoding.UTF8.GetByteCount(part) > FileNameRules.MaximumLength)
        {
            return ZipMessages.WhyLongName;
        }

        if (!windows)
        {
            return null;
        }

        if (FileNameRules.HasForbidden(part))
        {
            return ZipMessages.WhyWindowsCharacter;
        }

        if (part[^1] is '.' or ' ')
        {
            return ZipMessages.WhyWindowsEnd;
        }

        return FileNameRules.IsDevice(part) ? ZipMessages.WhyDevice : null;
    }
}
