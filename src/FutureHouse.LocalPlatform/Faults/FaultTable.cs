using System.Globalization;
using System.Text.RegularExpressions;

namespace FutureHouse.LocalPlatform.Faults;

/// <summary>The faults by name. Names that Google's storage-testbench has mean what they mean there; <c>K</c> is 1,024 bytes.</summary>
internal static class FaultTable
{
    private static readonly (Regex Name, Func<Match, Fault> Make)[] Rows =
    [
        // Answers instead of the service's own.
        Row(@"return-(?<status>[1-5]\d\d)", m => AnswerFaults.Status(Number(m, "status"))),
        Row(@"return-(?<status>[1-5]\d\d)-after-(?<k>\d+)K", m => AnswerFaults.StatusAfter(Number(m, "status"), Bytes(m))),
        Row(@"return-(?<status>[1-5]\d\d)-retry-after-(?<s>\d+)", m => AnswerFaults.RetryAfter(Number(m, "status"), Number(m, "s"), asDate: false)),
        Row(@"return-(?<status>[1-5]\d\d)-retry-after-date-(?<s>\d+)", m => AnswerFaults.RetryAfter(Number(m, "status"), Number(m, "s"), asDate: true)),
        Row("return-expired-token", _ => AnswerFaults.ExpiredToken),
        Row("return-html", _ => AnswerFaults.Html),
        Row(@"return-zeros-(?<k>\d+)K", m => AnswerFaults.Zeros(Bytes(m))),

        // The service's own answer, altered or lost.
        Row("return-truncated-json", _ => RewriteFaults.Truncated),
        Row("fewer-urls", _ => RewriteFaults.FewerUrls),
        Row("more-urls", _ => RewriteFaults.MoreUrls),
        Row("insecure-urls", _ => RewriteFaults.InsecureUrls),
        Row("odd-members", _ => RewriteFaults.OddMembers),
        Row("lose-answer", _ => RewriteFaults.Lost),
        Row("ignore-range", _ => RewriteFaults.IgnoreRange),

        // The wire.
        Row(@"return-reset-connection(-after-(?<k>\d+)K)?", m => WireFaults.Reset(m.Groups["k"].Success ? Bytes(m) : null)),
        Row(@"return-broken-stream(-after-(?<k>\d+)K)?", m => WireFaults.BrokenStream(m.Groups["k"].Success ? Bytes(m) : null)),
        Row(@"stall-for-(?<s>\d+)s-after-(?<k>\d+)K", m => WireFaults.Stall(TimeSpan.FromSeconds(Number(m, "s")), Bytes(m))),
        Row("return-corrupted-data", _ => WireFaults.Corrupted),
        Row(@"delay-(?<ms>\d+)ms", m => WireFaults.Delay(TimeSpan.FromMilliseconds(Number(m, "ms")))),
    ];

    /// <summary>The fault of this name, or null.</summary>
    public static Fault? Find(string name)
    {
        foreach (var (pattern, make) in Rows)
        {
            if (pattern.Match(name) is { Success: true } match)
            {
                return make(match);
            }
        }

        return null;
    }

    private static (Regex, Func<Match, Fault>) Row(string pattern, Func<Match, Fault> make) =>
        (new Regex($"^(?:{pattern})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture), make);

    private static int Number(Match match, string group) =>
        int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;

    private static long Bytes(Match match) => Number(match, "k") * 1024L;
}
