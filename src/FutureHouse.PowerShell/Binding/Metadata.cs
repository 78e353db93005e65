using System.Collections;
using System.Management.Automation;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Makes plain dictionaries and lists of a user's hashtable; the hashtable is never written to.</summary>
internal static class Metadata
{
    public static IReadOnlyDictionary<string, object?>? Of(Hashtable? table) => table is null ? null : (Dictionary<string, object?>)Plain(table)!;

    private static object? Plain(object? value)
    {
        var bare = value is PSObject wrapper ? wrapper.BaseObject : value;
        return bare switch
        {
            IDictionary map => map.Cast<DictionaryEntry>().ToDictionary(e => e.Key.ToString()!, e => Plain(e.Value), StringComparer.Ordinal),
            PSCustomObject => PSObject.AsPSObject(value).Properties.ToDictionary(p => p.Name, p => Plain(p.Value), StringComparer.Ordinal),
            string or null => bare,
            IEnumerable list => list.Cast<object?>().Select(Plain).ToList(),
            Guid or DateTime or DateTimeOffset or Uri or Enum => PSObject.AsPSObject(bare).ToString(),
            SwitchParameter flag => (bool)flag,
            _ => bare,
        };
    }
}
