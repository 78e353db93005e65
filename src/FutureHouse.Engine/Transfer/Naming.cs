using System.Globalization;
using FutureHouse.Packaging.Placing;

namespace FutureHouse.Transfer;

/// <summary>
/// Gives each name in a folder once, as the file system tells names apart: the next of a name is <c>name (2).ext</c> and so on. A name is changed only where the system cannot hold it or
/// where it is taken. Shared by the fetches of one command, so that none overwrites another's. For several threads.
/// </summary>
public sealed class Naming
{
    private readonly Dictionary<string, HashSet<string>> _taken = new(StringComparer.Ordinal);
    private readonly FileNameRules _rules;

    /// <summary>Makes one by this system's rules.</summary>
    public Naming()
        : this(FileNameRules.Current)
    {
    }

    internal Naming(FileNameRules rules) => _rules = rules;

    /// <summary>Gives one name.</summary>
    /// <param name="folder">The folder that it is for.</param>
    /// <param name="original">The name as it is stored.</param>
    /// <param name="isFile">Whether it has an extension to keep.</param>
    /// <param name="ignoresCase">Whether the folder's file system is known to ignore case.</param>
    /// <returns>The name to use.</returns>
    internal string Take(string folder, string original, bool isFile, bool ignoresCase = false) => TakeAll(folder, [(original, isFile)], ignoresCase)[0];

    /// <summary>Gives several names of one folder, in their order. Those that can be kept come before those that have to be changed.</summary>
    internal IReadOnlyList<string> TakeAll(string folder, IReadOnlyList<(string Original, bool IsFile)> wanted, bool ignoresCase = false)
    {
        var rules = ignoresCase ? _rules.IgnoringCase() : _rules;
        var names = new string?[wanted.Count];
        lock (_taken)
        {
            if (!_taken.TryGetValue(folder, out var taken))
            {
                _taken[folder] = taken = rules.NewSet();
            }

            for (var i = 0; i < names.Length; i++)
            {
                var (original, isFile) = wanted[i];
                names[i] = rules.Fit(original, isFile) == original && taken.Add(original) ? original : null;
            }

            for (var i = 0; i < names.Length; i++)
            {
                names[i] ??= Next(rules, taken, wanted[i].Original, wanted[i].IsFile);
            }
        }

        return names!;
    }

    /// <summary>Whether nothing has been named in the folder before.</summary>
    internal bool IsNew(string folder)
    {
        lock (_taken)
        {
            return !_taken.ContainsKey(folder);
        }
    }

    /// <summary>Why a name is another than the stored one, in words.</summary>
    internal string Explain(string original, string name, bool isFile) => Say(original, name, _rules.Fit(original, isFile) == original);

    /// <summary>The same of paths, with <c>/</c> between parts.</summary>
    internal string ExplainPath(string original, string path) => Say(original, path, original.Split('/').All(part => _rules.Fit(part, isFile: true) == part));

    private static string Say(string original, string name, bool canHold) =>
        TransferContext.Format(canHold ? PlacingMessages.RenamedTaken : PlacingMessages.Renamed, original, name);

    private static string Next(FileNameRules rules, HashSet<string> taken, string original, bool isFile)
    {
        var name = rules.Fit(original, isFile);
        var (stem, extension) = isFile ? FileNameRules.Split(name) : (name, string.Empty);
        for (var number = 2; !taken.Add(name); number++)
        {
            name = rules.Fit(stem, string.Create(CultureInfo.InvariantCulture, $" ({number}){extension}"));
        }

        return name;
    }
}
