namespace FutureHouse.LocalPlatform.Faults;

/// <summary>The registered faults, in order, and the log of requests.</summary>
internal sealed class FaultRegister
{
    private readonly Lock _gate = new();
    private readonly List<FaultRule> _rules = [];
    private readonly List<RequestEntry> _requests = [];

    public IReadOnlyList<FaultRule> Rules
    {
        get
        {
            lock (_gate)
            {
                return [.. _rules];
            }
        }
    }

    public IReadOnlyList<RequestEntry> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    public void Add(IEnumerable<FaultRule> rules)
    {
        lock (_gate)
        {
            _rules.AddRange(rules);
        }
    }

    /// <summary>The first pending fault of an operation, taken for one request; or null.</summary>
    public FaultRule? Take(string operation)
    {
        lock (_gate)
        {
            return _rules.Find(rule => rule.Operation == operation && rule.TryTake());
        }
    }

    public void Log(RequestEntry entry)
    {
        lock (_gate)
        {
            _requests.Add(entry);
        }
    }

    public void ClearRules()
    {
        lock (_gate)
        {
            _rules.Clear();
        }
    }

    public void ClearRequests()
    {
        lock (_gate)
        {
            _requests.Clear();
        }
    }
}
