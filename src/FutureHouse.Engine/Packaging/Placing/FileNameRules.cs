using System.Buffers;
using System.Text;

namespace FutureHouse.Packaging.Placing;

/// <summary>Which file names a system can hold, and which of them are one name to it. A rule set is a value, so that Windows' rules can be tested anywhere.</summary>
/// <param name="windows">Whether Windows' rules hold.</param>
/// <param name="ignoresCase">Whether names that differ in case alone are one name.</param>
/// <param name="ignoresComposition">Whether names that differ only in how an accent is composed are one name.</param>
internal sealed class FileNameRules(bool windows, bool ignoresCase, bool ignoresComposition)
{
    /// <summary>Bytes of UTF-8 (on Windows: UTF-16 units) of a name, at most.</summary>
    public const int MaximumLength = 255;

    private const char Substitute = '_';
    private const int LongestExtension = 64;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"|?*");

    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
    };

    /// <summary>Linux and other Unix systems: a name is what has neither <c>/</c> nor NUL in it.</summary>
    public static FileNameRules Unix { get; } = new(windows: false, ignoresCase: false, ignoresComposition: false);

    /// <summary>macOS: Unix's names, with case and composition of accents ignored.</summary>
    public static FileNameRules MacOS { get; } = new(windows: false, ignoresCase: true, ignoresComposition: true);

    /// <summary>Windows.</summary>
    public static FileNameRules Windows { get; } = new(windows: true, ignoresCase: true, ignoresComposition: false);

    /// <summary>This system's.</summary>
    public static FileNameRules Current => OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsMacOS() ? MacOS : Unix;

    /// <summary>These rules on a file system that ignores case. Nothing tells whether it ignores composition too, so both count as one name.</summary>
    public FileNameRules IgnoringCase() => ignoresCase ? this : new FileNameRules(windows, ignoresCase: true, ignoresComposition: true);

    /// <summary>A set of names as this system tells them apart.</summary>
    public HashSet<string> NewSet() => new(new Comparer(ignoresCase, ignoresComposition));

    /// <summary>Whether a part of a path has a character that Windows does not allow, control characters and separators apart.</summary>
    public static bool HasForbidden(ReadOnlySpan<char> part) => part.ContainsAny(Forbidden);

    /// <summary>Whether a part of a path is the name of a device of Windows, with or without an extension.</summary>
    public static bool IsDevice(ReadOnlySpan<char> part)
    {
        var dot = part.IndexOf('.');
        return Devices.Contains((dot < 0 ? part : part[..dot]).TrimEnd(' ').ToString());
    }

    /// <summary>The stem and the extension of a file's name. A name that only begins with a dot has no extension.</summary>
    public static (string Stem, string Extension) Split(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot <= 0 || dot == name.Length - 1 || name.Length - dot > LongestExtension ? (name, string.Empty) : (name[..dot], name[dot..]);
    }

    /// <summary>The name itself where this system can hold it, else the nearest that it can.</summary>
    public string Fit(string name, bool isFile)
    {
        var (stem, extension) = isFile ? Split(name) : (name, string.Empty);
        return Fit(stem, extension);
    }

    /// <summary>The same of a stem and what is to stand behind it, which is kept where the stem has to be cut.</summary>
    public string Fit(string stem, string ending)
    {
        var name = Replace(stem + ending);
        if (Length(name) > MaximumLength)
        {
            name = Cut(name, ending.Length);
        }

        if (!windows)
        {
            return name;
        }

        name = name[^1] is '.' or ' ' ? name[..^1] + Substitute : name;
        return IsDevice(name) ? Cut(Substitute + name, ending.Length) : name;
    }

    private string Replace(string name)
    {
        if (name is "" or "." or "..")
        {
            return new string(Substitute, Math.Max(1, name.Length));
        }

        StringBuilder? changed = null;
        for (var i = 0; i < name.Length; i++)
        {
            var pair = char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]);
            if (!pair && !CanHold(name[i]))
            {
                (changed ??= new StringBuilder(name))[i] = Substitute;
            }

            i += pair ? 1 : 0;
        }

        return changed?.ToString() ?? name;
    }

    /// <summary>Half a surrogate pair cannot be written as UTF-8: two names would become one.</summary>
    private bool CanHold(char c) => c is not ('\0' or '/') && !char.IsSurrogate(c) && !(windows && (c < ' ' || c == '\\' || Forbidden.Contains(c)));

    private int Length(string name) => windows ? name.Length : Encoding.UTF8.GetByteCount(name);

    private string Cut(string name, int ending)
    {
        var (stem, rest) = (name[..^ending], name[^ending..]);
        while (stem.Length > 0 && Length(stem + rest) > MaximumLength)
        {
            stem = stem[..^(char.IsLowSurrogate(stem[^1]) ? 2 : 1)];
        }

        return stem + rest;
    }

    private sealed class Comparer(bool ignoresCase, bool ignoresComposition) : IEqualityComparer<string>
    {
        private readonly StringComparer _letters = ignoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

        public bool Equals(string? x, string? y) => _letters.Equals(Key(x), Key(y));

        public int GetHashCode(string obj) => _letters.GetHashCode(Key(obj)!);

        private string? Key(string? name) => ignoresComposition && name is not null && !Ascii.IsValid(name) ? name.Normalize() : name;
    }
}
