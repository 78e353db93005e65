using System.Globalization;

namespace FutureHouse.Transfer.Download;

/// <summary>Gives each name in a folder once, as the file system tells names apart: the next of a name is <c>name (2).ext</c> and so on. For several threads.</summary>
internal sealed class Naming
{
    private static readonly StringComparer Names = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
    private readonly Dictionary<string, HashSet<string>> _taken = new(StringComparer.Ordinal);
    private readonly StringComparer _names;

    /// <param name="names">How names are told apart; by default as this system's files are.</param>
    public Naming(StringComparer? names = null) => _names = names ?? Names;

    /// <summary>The name, or where it is taken in the folder <c>name (2).ext</c> and so on.</summary>
    public string Take(string folder, string name, bool isFile)
    {
        lock (_taken)
        {
            if (!_taken.TryGetValue(folder, out var taken))
            {
                _taken[folder] = taken = new HashSet<string>(_names);
            }

            var extension = isFile ? Path.GetExtension(name) : string.Empty;
            var stem = name[..^extension.Length];
            for (var number = 2; !taken.Add(name); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{stem} ({number}){extension}");
            }

            return name;
        }
    }
}
